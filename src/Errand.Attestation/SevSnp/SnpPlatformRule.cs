namespace Errand.Attestation;

/// <summary>What a policy demands of PLATFORM_INFO. Both members must be given.</summary>
public sealed record SnpPlatformRule
{
    /// <summary>Bits that must be set.</summary>
    public required SnpPlatformInfo Required { get; init; }

    /// <summary>Bits that must not be set.</summary>
    public required SnpPlatformInfo Forbidden { get; init; }

    /// <summary>Any setup is taken.</summary>
    public static SnpPlatformRule Any { get; } = new() { Required = SnpPlatformInfo.None, Forbidden = SnpPlatformInfo.None };
}
