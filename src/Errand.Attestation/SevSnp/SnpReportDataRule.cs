namespace Errand.Attestation;

/// <summary>What a policy demands of REPORT_DATA.</summary>
public abstract record SnpReportDataRule
{
    private SnpReportDataRule()
    {
    }

    /// <summary>It must be these bytes.</summary>
    /// <param name="ReportData">64 bytes.</param>
    public sealed record Exactly(ReadOnlyMemory<byte> ReportData) : SnpReportDataRule;

    /// <summary>It is not looked at: the report is then bound to nothing. For tools that only display evidence.</summary>
    public sealed record NotChecked : SnpReportDataRule;
}
