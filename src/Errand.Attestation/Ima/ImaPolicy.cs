namespace Errand.Attestation;

/// <summary>What a machine may have measured. Every member must be given, and an empty set allows nothing but the boot aggregate.</summary>
public sealed record ImaPolicy
{
    /// <summary>
    /// Digests of files and buffers that may have been measured, as <see cref="ImaEntry.DigestText"/> writes them. Paths are not asked: a digest
    /// is what ran, wherever it lay.
    /// </summary>
    public required IReadOnlySet<string> AllowedDigests { get; init; }

    /// <summary>Whether violations are passed over. What was read then is unknown.</summary>
    public required bool AllowViolations { get; init; }

    /// <summary>Whether SHA-1 digests zero-padded into the quoted bank will do, as kernels before 5.8 make them.</summary>
    public required bool AllowPaddedSha1 { get; init; }
}
