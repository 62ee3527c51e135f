namespace Errand.Attestation;

/// <summary>TDX: a quote, Intel's collateral, and the guest's event log if it is there.</summary>
internal sealed class TdxForm : EvidenceForm
{
    internal override EvidenceKind Kind => EvidenceKind.Tdx;

    internal override string Code => "tdx";

    internal override string Title => "a TDX quote";

    internal override IReadOnlyList<EvidenceRole> Once { get; } = [EvidenceRole.TdxQuote, EvidenceRole.EventLog];

    // With Azure's report the quote vouches for that.
    internal override bool IsPresent(IReadOnlyList<SortedFile> files) => base.IsPresent(files) && !files.Any(file => file.Role == EvidenceRole.HclReport);

    internal override IReadOnlyList<EvidenceClaim>? Describe(EvidenceBundle evidence) =>
        IntelQuote.TryParse(evidence.Find(EvidenceRole.TdxQuote)!.Bytes.Span) is { TeeType: IntelTeeType.Tdx } quote && TdReport.TryParse(quote.Body) is { } report ? [.. Describe(quote, report)] : null;

    internal override FormVerification Verify(VerificationContext context)
    {
        ReadOnlyMemory<byte> bytes = context.Take(EvidenceRole.TdxQuote)!.Value;
        IntelCollateral collateral = IntelForm.Find(context, IntelQuote.TryParse(bytes.Span));
        TdxVerification verification = TdxVerifier.Verify(bytes.Span, collateral, context.Roots, context.Now, context.Cache?.Intel);
        if (verification.Quote is not { } verified) return FormVerification.Refused(verification.Result);

        AttestationResult result = verification.Result;
        if (context.Take(EvidenceRole.EventLog) is { } log)
        {
            result = result.Then(CcEventLog.Verify(log.Span, [.. Enumerable.Range(0, TdReport.RtmrCount).Select(verified.Report.Rtmr)]));
            if (!result.Accepted) return FormVerification.Refused(result);
        }
        ClaimList claims = Describe(verified.Quote, verified.Report);
        IntelForm.Describe(claims, verified.Platform);
        return new FormVerification(result, [.. claims], verified.Report.ReportData,
            policy => policy.Tdx is { } section ? TdxAppraiser.Appraise(verified, section) : null,
            () => AppraisalPolicy.Nothing with { Tdx = TdxPolicyFile.Draft(verified) });
    }

    private static ClaimList Describe(IntelQuote quote, TdReport report)
    {
        ClaimList claims = new()
        {
            { "mrtd", report.MrTd }, { "rtmr0", report.Rtmr(0) }, { "rtmr1", report.Rtmr(1) }, { "rtmr2", report.Rtmr(2) }, { "rtmr3", report.Rtmr(3) }, { "report-data", report.ReportData },
            { "td-attributes", report.Attributes.ToString() }, { "debug", report.Attributes.IsDebug }, { "migratable", report.Attributes.IsMigratable }, { "xfam", $"0x{report.Xfam:x}" },
            { "mrconfigid", report.MrConfigId }, { "mrowner", report.MrOwner }, { "mrownerconfig", report.MrOwnerConfig }, { "mrseam", report.MrSeam }, { "mrsignerseam", report.MrSignerSeam },
            { "tee-tcb-svn", report.TeeTcbSvn },
        };
        if (report.TeeTcbSvn2 is { } svn) claims.Add("tee-tcb-svn-2", svn);
        if (report.MrServiceTd is { } service) claims.Add("mrservicetd", service);
        IntelForm.Describe(claims, quote);
        return claims;
    }
}
