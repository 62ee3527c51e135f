namespace Errand.Attestation;

/// <summary>What TEE evidence must be to be accepted. What is left out is not allowed.</summary>
public sealed record TeePolicy
{
    /// <summary>Roots that chains may end at.</summary>
    public required TrustedRoots Roots { get; init; }

    /// <summary>Policy for SEV-SNP; null when that kind is not allowed.</summary>
    public required SnpPolicy? SevSnp { get; init; }

    /// <summary>Policy for TDX; null when that kind is not allowed.</summary>
    public TdxPolicy? Tdx { get; init; }

    /// <summary>Policy for virtual machines with a software TPM; null, as in every network that is not one for development, when that kind is not allowed.</summary>
    public VtpmPolicy? DevelopmentVtpm { get; init; }
}
