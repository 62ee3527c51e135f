namespace Errand.Attestation;

/// <summary>
/// What verifications may remember from one another. It belongs to its caller; results are the same with and without. Thread-safe.
/// </summary>
public sealed class EvidenceCache
{
    /// <summary>Issuers whose chains have held.</summary>
    public VerifiedIssuers Issuers { get; } = new();

    /// <summary>Intel's parsed collateral and signatures over it.</summary>
    public IntelCache Intel { get; } = new();
}
