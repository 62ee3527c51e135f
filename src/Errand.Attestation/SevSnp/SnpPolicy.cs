namespace Errand.Attestation;

/// <summary>
/// What an SEV-SNP report must say to be accepted. Every member must be given, and an empty list accepts nothing. Debug and migration
/// are not settings: a guest that its host can read or move is always refused.
/// </summary>
public sealed record SnpPolicy
{
    /// <summary>Reference values, one of which must match in all its fields.</summary>
    public required IReadOnlyList<SnpReference> References { get; init; }

    /// <summary>Firmware floors; a product line without one is refused.</summary>
    public required IReadOnlyDictionary<SnpProductLine, SnpTcbFloor> Floors { get; init; }

    /// <summary>Which chip.</summary>
    public required SnpChipRule Chip { get; init; }

    /// <summary>How the machine must be set up.</summary>
    public required SnpPlatformRule Platform { get; init; }

    /// <summary>
    /// Bits that both mitigation vectors must have: LAUNCH_MIT_VECTOR, as it was when the guest was launched, and CURRENT_MIT_VECTOR. Zero
    /// requires none; anything else refuses reports before version 5, which do not tell.
    /// </summary>
    public required ulong Mitigations { get; init; }

    /// <summary>Whether a revocation list must have been looked at.</summary>
    public required SnpRevocationRule Revocation { get; init; }

    /// <summary>What the report must be bound to.</summary>
    public required SnpReportDataRule ReportData { get; init; }
}
