namespace Errand.Attestation;

/// <summary>What TEE evidence must be to be accepted. Every member must be given.</summary>
public sealed record TeePolicy
{
    /// <summary>Roots that chains may end at.</summary>
    public required TrustedRoots Roots { get; init; }

    /// <summary>Policy for SEV-SNP; null when that kind is not allowed.</summary>
    public required SnpPolicy? SevSnp { get; init; }
}
