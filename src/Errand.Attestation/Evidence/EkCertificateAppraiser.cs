namespace Errand.Attestation;

/// <summary>Appraises an authentic endorsement key certificate under a policy.</summary>
public static class EkCertificateAppraiser
{
    /// <summary>Appraises. The first failing check gives the reason.</summary>
    public static AttestationResult Appraise(EkCertificate certificate, TrustedRoot root, EkCertificatePolicy policy)
    {
        ArgumentNullException.ThrowIfNull(certificate);
        ArgumentNullException.ThrowIfNull(root);
        ArgumentNullException.ThrowIfNull(policy);
        var checks = new CheckList();
        checks.Require(policy.RootClasses.Contains(root.Class), "root-class", AttestationReason.RootClass, policy.RootClasses.Count == 0 ? "none" : string.Join(" or ", policy.RootClasses), root.Class.ToString(),
            "The TPM is of a class that the policy does not take: a virtual one vouches for no machine of its own.");
        checks.Require(!policy.Denied.Contains(certificate.Vendor), "vendor", AttestationReason.TpmDenied, policy.Denied.Count == 0 ? "any" : $"none of {string.Join(", ", policy.Denied)}", certificate.ToString(),
            "TPMs of this manufacturer are denied.");
        return checks.ToResult();
    }
}
