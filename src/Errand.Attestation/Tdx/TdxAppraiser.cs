namespace Errand.Attestation;

/// <summary>Appraises an authentic TDX quote under a policy. All checks are made, so a rejection names everything that is wrong.</summary>
public static class TdxAppraiser
{
    /// <summary>Appraises. The first failing check, in the order below, gives the reason.</summary>
    public static AttestationResult Appraise(VerifiedTdxQuote verified, TdxPolicy policy)
    {
        ArgumentNullException.ThrowIfNull(verified);
        ArgumentNullException.ThrowIfNull(policy);
        var checks = new CheckList();
        TdReport report = verified.Report;
        TdAttributes attributes = report.Attributes;

        checks.Require(!attributes.IsUntrusted, "debug", AttestationReason.Debug, "TDATTRIBUTES bits 7:0 clear", attributes.ToString(),
            "The host can read or profile this domain. Launch it without debugging.");
        checks.Require(!attributes.IsMigratable, "migration", AttestationReason.Migratable, "TDATTRIBUTES bit 29 clear", attributes.ToString(),
            "This domain can be moved elsewhere. Launch it without migration.");
        checks.Require(attributes.IsWellFormed, "attributes", AttestationReason.Attributes, "reserved TDATTRIBUTES bits clear", attributes.ToString(),
            "The domain has features that this version does not know.");
        IntelPlatformAppraiser.Run(checks, verified.Platform, policy.Platform);
        CheckReference(checks, report, policy);
        IntelReportDataRule.Run(checks, policy.ReportData, report.ReportData);
        return checks.ToResult();
    }

    private static void CheckReference(CheckList checks, TdReport report, TdxPolicy policy)
    {
        string[] differences = [.. policy.References.Select(reference => reference.FirstDifference(report) is { } field ? $"{reference.Name}: {field}" : "")];
        int match = Array.IndexOf(differences, "");
        string measurement = Convert.ToHexStringLower(report.MrTd.Span[..8]) + "…";
        checks.Require(match >= 0, "measurement", AttestationReason.Measurement, "one of the reference values in every field but RTMR3",
            match >= 0 ? policy.References[match].Name : $"{measurement}, differs in [{string.Join(", ", differences)}]",
            "The domain is not a listed one. Use a listed image, or ask the network's governance to add this one.");
        if (match < 0)
        {
            checks.Skip("closed", "No reference value matches, so none says what RTMR3 must be.");
            return;
        }

        // Several reference values may differ in RTMR3 alone.
        string actual = Convert.ToHexStringLower(report.Rtmr(3).Span);
        TdxReference[] same = [.. policy.References.Where((_, i) => differences[i].Length == 0)];
        checks.Require(same.Any(reference => reference.Rtmr3.Span.SequenceEqual(report.Rtmr(3).Span)), "closed", AttestationReason.Closed,
            string.Join(" or ", same.Select(reference => Convert.ToHexStringLower(reference.Rtmr3.Span))), actual,
            "The domain extended RTMR3, as it does when it closes itself to further evidence, before it asked for this quote.");
    }
}
