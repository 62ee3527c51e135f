namespace Errand.Attestation;

/// <summary>
/// What an SGX quote must say to be accepted. Every member must be given, and an empty list accepts nothing. Debug and reserved attribute
/// flags are not settings: such an enclave is always refused.
/// </summary>
public sealed record SgxPolicy
{
    /// <summary>Reference values, one of which must match in all its fields.</summary>
    public required IReadOnlyList<SgxReference> References { get; init; }

    /// <summary>What the platform must be.</summary>
    public required IntelPlatformPolicy Platform { get; init; }

    /// <summary>What the quote must be bound to.</summary>
    public required IntelReportDataRule ReportData { get; init; }
}
