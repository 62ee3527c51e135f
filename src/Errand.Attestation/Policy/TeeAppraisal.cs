namespace Errand.Attestation;

/// <summary>Outcome of verifying and appraising TEE evidence.</summary>
public sealed record TeeAppraisal
{
    /// <summary>All checks: those of authenticity, then those of the policy.</summary>
    public required AttestationResult Result { get; init; }

    /// <summary>What the evidence says; null unless it is authentic.</summary>
    public required Claims? Claims { get; init; }

    /// <summary>The chip's id, 64 bytes; null unless the evidence is authentic and names its chip.</summary>
    public required ReadOnlyMemory<byte>? ChipId { get; init; }

    /// <summary>Report data, 64 bytes; null unless the evidence is authentic.</summary>
    public required ReadOnlyMemory<byte>? ReportData { get; init; }

    /// <summary>True when the evidence ends at a development root, and so protects nothing.</summary>
    public required bool IsDevelopment { get; init; }

    /// <summary>The verified report, for SEV-SNP; null unless authentic.</summary>
    public required VerifiedSnpReport? SevSnp { get; init; }
}
