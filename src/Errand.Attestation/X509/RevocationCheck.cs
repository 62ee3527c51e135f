namespace Errand.Attestation;

/// <summary>The checks that every revocation list goes through, whoever issued it.</summary>
internal static class RevocationCheck
{
    private const int CrlSign = 6;
    private const string Refetch = "Fetch the revocation list again from the vendor.";

    /// <summary>
    /// Requires that a list is by <paramref name="issuer"/>, that it is in time, and that it holds none of <paramref name="subjects"/>, all
    /// of which that issuer issued. Check names are <c>{name}-crl</c>, <c>{name}-crl-validity</c> and <c>{name}-revocation</c>.
    /// </summary>
    /// <param name="checks">Where to record.</param>
    /// <param name="name">What the list is about.</param>
    /// <param name="list">The list; null when it did not parse.</param>
    /// <param name="issuer">Who must have issued it.</param>
    /// <param name="subjects">The certificates to look for.</param>
    /// <param name="now">The time of appraisal.</param>
    /// <param name="isAuthentic">Whether the issuer is known to have issued the list; null to check.</param>
    internal static void Run(CheckList checks, string name, CertificateRevocationList? list, Certificate issuer, IEnumerable<Certificate> subjects, DateTimeOffset now,
        bool? isAuthentic = null)
    {
        bool authentic = list is not null && MaySign(issuer) && (isAuthentic ?? list.IsIssuedBy(issuer));
        checks.Require(authentic, name + "-crl", AttestationReason.Collateral, "a revocation list signed by the issuer",
            list is null ? "not a revocation list" : authentic ? "holds" : "another issuer's, or altered", Refetch);
        if (list is null || !authentic) return;

        checks.Require(now >= list.ThisUpdate && now <= list.NextUpdate, name + "-crl-validity", AttestationReason.CollateralExpired, $"valid at {now:u}",
            $"{list.ThisUpdate:u} to {list.NextUpdate:u}", Refetch);
        checks.EndsAt(name + "-crl-validity", $"revocation list of {DistinguishedName.Find(issuer.Fields.Subject, Oids.CommonName) ?? "an unnamed issuer"}", list.NextUpdate);
        Certificate? revoked = subjects.FirstOrDefault(list.Revokes);
        checks.Require(revoked is null, name + "-revocation", AttestationReason.CertificateRevoked, "not revoked",
            revoked is null ? $"not among {list.Count}" : $"serial {Convert.ToHexStringLower(revoked.SerialNumber.Span)} is revoked", "The vendor has withdrawn this certificate: the device behind it is not to be trusted.");
    }

    // RFC 5280 section 6.3.3 (f): a key usage extension must allow it.
    internal static bool MaySign(Certificate issuer) => KeyUsages.Allows(issuer, CrlSign);
}
