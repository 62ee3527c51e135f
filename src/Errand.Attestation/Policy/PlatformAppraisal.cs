namespace Errand.Attestation;

/// <summary>Outcome of verifying and appraising platform evidence.</summary>
public sealed record PlatformAppraisal
{
    /// <summary>All checks: those of authenticity, then those of the policy.</summary>
    public required AttestationResult Result { get; init; }

    /// <summary>The evidence, verified; null unless it is authentic.</summary>
    public required VerifiedPlatform? Platform { get; init; }

    /// <summary>What the evidence says; null unless it is authentic.</summary>
    public Claims? Claims => Platform?.Claims;

    /// <summary>EK public area (TPMT_PUBLIC), from which the EK id is made; null unless the evidence is authentic.</summary>
    public ReadOnlyMemory<byte>? EkPublic => Platform?.EndorsementKey.Encoded;

    /// <summary>True when the EK certificate ends at a development root, and so protects nothing.</summary>
    public bool IsDevelopment => Platform?.Root.IsDevelopment ?? false;
}
