namespace Errand.Attestation;

/// <summary>
/// What a TDX quote must say to be accepted. Every member must be given, and an empty list accepts nothing. Debug, migration and reserved
/// attribute bits are not settings: such a domain is always refused.
/// </summary>
public sealed record TdxPolicy
{
    /// <summary>Reference values, one of which must match in all its fields.</summary>
    public required IReadOnlyList<TdxReference> References { get; init; }

    /// <summary>What the platform must be.</summary>
    public required IntelPlatformPolicy Platform { get; init; }

    /// <summary>What the quote must be bound to.</summary>
    public required IntelReportDataRule ReportData { get; init; }
}
