namespace Errand.Attestation;

/// <summary>All that a form's verification depends on.</summary>
/// <param name="Evidence">The files.</param>
/// <param name="Pool">Certificates and revocation lists, of the evidence and of the collateral.</param>
/// <param name="Collateral">The other files of the collateral.</param>
/// <param name="Roots">Roots that chains may end at.</param>
/// <param name="Now">The time of appraisal.</param>
/// <param name="Cache">What earlier verifications remembered.</param>
internal sealed record VerificationContext(EvidenceBundle Evidence, CertificatePool Pool, Collateral Collateral, TrustedRoots Roots, DateTimeOffset Now, EvidenceCache? Cache)
{
    private readonly HashSet<string> _used = new(StringComparer.Ordinal);

    /// <summary>Names of the files that something was read from.</summary>
    internal IReadOnlySet<string> Used => _used;

    /// <summary>
    /// A file of a role that a condition picks; it then counts as used. The verifier's own collateral comes first: an attester could put older
    /// documents, not yet expired, before it.
    /// </summary>
    internal ReadOnlyMemory<byte>? Take(EvidenceRole role, Func<SortedFile, bool>? condition = null)
    {
        SortedFile? file = Collateral.Files.Concat(Evidence.Files).FirstOrDefault(file => file.Role == role && condition?.Invoke(file) != false);
        if (file is null) return null;
        _used.Add(file.Name);
        return file.Bytes;
    }

    /// <summary>Counts the files that hold these certificates as used.</summary>
    internal void Use(IEnumerable<ReadOnlyMemory<byte>> taken)
    {
        foreach (ReadOnlyMemory<byte> item in taken)
            if (Pool.FileOf(item) is { } name) _used.Add(name);
    }
}
