namespace Errand.Attestation;

/// <summary>What a policy demands of REPORTDATA.</summary>
public abstract record IntelReportDataRule
{
    private IntelReportDataRule()
    {
    }

    internal static void Run(CheckList checks, IntelReportDataRule rule, ReadOnlyMemory<byte> actual)
    {
        const string Name = "report-data";
        switch (rule)
        {
            case NotChecked:
                checks.Skip(Name, "The policy does not say what the quote must be bound to.");
                break;
            case Exactly exactly:
                checks.Require(actual.Span.SequenceEqual(exactly.ReportData.Span), Name, AttestationReason.ReportData, Convert.ToHexStringLower(exactly.ReportData.Span), Convert.ToHexStringLower(actual.Span),
                    "The quote is bound to other keys or another context than expected: it was made for something else.");
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(rule));
        }
    }

    /// <summary>It must be these bytes.</summary>
    /// <param name="ReportData">64 bytes.</param>
    public sealed record Exactly(ReadOnlyMemory<byte> ReportData) : IntelReportDataRule;

    /// <summary>It is not looked at: the quote is then bound to nothing. For tools that only display evidence.</summary>
    public sealed record NotChecked : IntelReportDataRule;
}
