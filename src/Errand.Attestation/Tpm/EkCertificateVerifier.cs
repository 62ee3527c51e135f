namespace Errand.Attestation;

/// <summary>Verifies an EK certificate's chain to a pinned root of an allowed class, and that it certifies a given public area.</summary>
public static class EkCertificateVerifier
{
    /// <summary>Verifies a DER chain, leaf first and root last, at a time. <paramref name="ekPublic"/> is null when only the certificate is at hand.</summary>
    public static EkCertificateVerification Verify(
        IReadOnlyList<ReadOnlyMemory<byte>> encodedChain, TpmtPublic? ekPublic, TrustedRoots roots, IReadOnlyCollection<RootClass> classes, DateTimeOffset now,
        VerifiedIssuers? known = null)
    {
        ArgumentNullException.ThrowIfNull(encodedChain);
        ArgumentNullException.ThrowIfNull(roots);
        ArgumentNullException.ThrowIfNull(classes);
        var checks = new CheckList();
        IReadOnlyList<Certificate>? chain = CertificateChain.TryParse(encodedChain, known);
        checks.Require(chain is { Count: > 0 }, "ek-certificates", AttestationReason.Malformed, "the EK certificate and its issuers in DER", $"{encodedChain.Count} items",
            "The EK certificate is missing or unreadable. Read it from the TPM's NV memory, or fetch it from the manufacturer.");
        if (chain is not { Count: > 0 }) return new EkCertificateVerification(checks.ToResult(), null, null);

        TrustedRoot? root = RootCheck.Run(checks, chain, roots, classes, now, AttestationReason.RootClass, known: known);
        EkCertificate? certificate = EkCertificate.TryRead(chain[0]);
        checks.Require(certificate is not null, "ek-certificate", AttestationReason.EkCertificate, "TPM manufacturer, model and version; usage tcg-kp-EKCertificate; no CA",
            certificate?.ToString() ?? "not so", "The first certificate is not an EK certificate. Offer the one of the TPM.");
        if (ekPublic is null) checks.Skip("ek-key", "No EK public area was given to compare with.");
        else
        {
            bool same = EkCertificate.Certifies(chain[0], ekPublic);
            checks.Require(same, "ek-key", AttestationReason.EkCertificate, "the certificate is for the EK public area", same ? "it is" : "another key",
                "The EK certificate belongs to another key. Offer the certificate that goes with the EK's template.");
        }
        return checks.Failed ? new EkCertificateVerification(checks.ToResult(), null, null) : new EkCertificateVerification(checks.ToResult(), certificate, root);
    }
}
