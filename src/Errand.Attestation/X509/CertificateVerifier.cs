namespace Errand.Attestation;

/// <summary>Verifies any certificate chain to a pinned root: names, signatures, constraints, validity and pin, without a trust store or network.</summary>
public static class CertificateVerifier
{
    /// <summary>Verifies a DER chain, leaf first and root last, at a time.</summary>
    public static AttestationResult Verify(IReadOnlyList<ReadOnlyMemory<byte>> encodedChain, TrustedRoots roots, IReadOnlyCollection<RootClass> classes, DateTimeOffset now,
        VerifiedIssuers? known = null)
    {
        ArgumentNullException.ThrowIfNull(encodedChain);
        ArgumentNullException.ThrowIfNull(roots);
        ArgumentNullException.ThrowIfNull(classes);
        var checks = new CheckList();
        IReadOnlyList<Certificate>? chain = CertificateChain.TryParse(encodedChain, known);
        checks.Require(chain is { Count: > 0 }, "certificates", AttestationReason.Malformed, "certificates in DER", $"{encodedChain.Count} items", "A certificate is missing or not DER.");
        if (chain is { Count: > 0 }) RootCheck.Run(checks, chain, roots, classes, now, AttestationReason.UntrustedRoot, known: known);
        return checks.ToResult();
    }
}
