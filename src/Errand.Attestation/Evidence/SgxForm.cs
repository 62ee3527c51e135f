namespace Errand.Attestation;

/// <summary>SGX: a quote and Intel's collateral.</summary>
internal sealed class SgxForm : EvidenceForm
{
    internal override EvidenceKind Kind => EvidenceKind.Sgx;

    internal override string Code => "sgx";

    internal override string Title => "an SGX quote";

    internal override IReadOnlyList<EvidenceRole> Once { get; } = [EvidenceRole.SgxQuote];

    internal override IReadOnlyList<EvidenceClaim>? Describe(EvidenceBundle evidence) =>
        IntelQuote.TryParse(evidence.Find(EvidenceRole.SgxQuote)!.Bytes.Span) is { TeeType: IntelTeeType.Sgx } quote && SgxReport.TryParse(quote.Body) is { } report ? [.. Describe(quote, report)] : null;

    internal override FormVerification Verify(VerificationContext context)
    {
        ReadOnlyMemory<byte> bytes = context.Take(EvidenceRole.SgxQuote)!.Value;
        IntelCollateral collateral = IntelForm.Find(context, IntelQuote.TryParse(bytes.Span));
        SgxVerification verification = SgxVerifier.Verify(bytes.Span, collateral, context.Roots, context.Now, context.Cache?.Intel);
        if (verification.Quote is not { } verified) return FormVerification.Refused(verification.Result);

        ClaimList claims = Describe(verified.Quote, verified.Report);
        IntelForm.Describe(claims, verified.Platform);
        return new FormVerification(verification.Result, [.. claims], verified.Report.ReportData,
            policy => policy.Sgx is { } section ? SgxAppraiser.Appraise(verified, section) : null,
            () => AppraisalPolicy.Nothing with { Sgx = SgxPolicyFile.Draft(verified) });
    }

    private static ClaimList Describe(IntelQuote quote, SgxReport report)
    {
        ClaimList claims = new()
        {
            { "mrenclave", report.MrEnclave }, { "mrsigner", report.MrSigner }, { "isvprodid", report.IsvProductId }, { "isvsvn", report.IsvSvn }, { "report-data", report.ReportData },
            { "flags", $"0x{report.Attributes.Flags:x}" }, { "xfrm", $"0x{report.Attributes.Xfrm:x}" }, { "debug", report.Attributes.AllowsDebug }, { "miscselect", $"0x{report.MiscSelect:x}" },
            { "configid", report.ConfigId }, { "configsvn", report.ConfigSvn }, { "isvextprodid", report.IsvExtendedProductId }, { "isvfamilyid", report.IsvFamilyId },
        };
        IntelForm.Describe(claims, quote);
        return claims;
    }
}
