namespace Errand.Attestation;

/// <summary>
/// Verifies that evidence of an Azure confidential VM is authentic: hardware vouches for the runtime claims, these hold the virtual TPM's
/// attestation key, that key signed the quote, and the quote covers nonce and PCRs. Whether it is acceptable is
/// <see cref="AzureVtpmAppraiser"/>'s question, and with it whether the software that wrote the runtime claims is Azure's paravisor: only the
/// measurement in the hardware report says so.
/// </summary>
/// <remarks>
/// Microsoft, Confidential VM Guest Attestation Design Detail. 1. The attestation report parses. 2. Its hardware report is authentic
/// (<see cref="SnpVerifier"/>), or the TDX quote beside it is (<see cref="TdxVerifier"/>). 3. The report data is the hash of the runtime claims'
/// exact bytes, then zeros. 4. An SEV-SNP report was asked for at VMPL 0, where the paravisor runs; a TD report carries the quote's report
/// data. 5. The runtime claims parse. 6. The quote is a quote, signed by HCLAkPub with RSASSA and SHA-256, with the nonce, and the PCR values
/// are those quoted.
/// </remarks>
public static class AzureVtpmVerifier
{
    private const int SignatureSizeMax = 512;
    private const string AskAgain = "Read the report and quote again on the VM.";

    /// <summary>Verifies evidence at a time. Never throws for content.</summary>
    /// <param name="evidence">The evidence.</param>
    /// <param name="collateral">What was fetched for an Intel platform; <see cref="IntelCollateral.None"/> otherwise.</param>
    /// <param name="nonce">The qualifying data that must be in the quote, at most 64 bytes: what makes the evidence fresh.</param>
    /// <param name="roots">Roots that chains may end at.</param>
    /// <param name="now">The time of appraisal.</param>
    /// <param name="known">Issuers that earlier SEV-SNP evidence brought; null to verify all.</param>
    /// <param name="cache">Intel collateral and issuers that earlier TDX evidence brought; null to verify all.</param>
    /// <param name="revocationLists">Revocation lists of AMD's roots, newest first; null or none of the report's root leaves revocation unchecked.</param>
    public static AzureVtpmVerification Verify(
        AzureVtpmEvidence evidence, IntelCollateral collateral, ReadOnlySpan<byte> nonce, TrustedRoots roots, DateTimeOffset now, VerifiedIssuers? known = null, IntelCache? cache = null,
        IReadOnlyList<CertificateRevocationList>? revocationLists = null)
    {
        ArgumentNullException.ThrowIfNull(evidence);
        ArgumentNullException.ThrowIfNull(collateral);
        ArgumentNullException.ThrowIfNull(roots);

        // 1.
        var format = new CheckList();
        if (ReadReport(format, evidence.HclReport.Span) is not { } report) return new AzureVtpmVerification(format.ToResult(), null);

        // 2.
        SnpVerification? snp = null;
        TdxVerification? tdx = null;
        if (report.ReportType == HclReportType.SevSnp && evidence.Endorsement is AzureEndorsement.SevSnp signed) snp = SnpVerifier.Verify(report.HardwareReport.Span, signed.Certificates, roots, now, known, revocationLists);
        else if (report.ReportType == HclReportType.Tdx && evidence.Endorsement is AzureEndorsement.Tdx quoted) tdx = TdxVerifier.Verify(quoted.Quote.Span, collateral, roots, now, cache);
        else
        {
            format.Require(false, "hardware-endorsement", report.ReportType == HclReportType.Vbs ? AttestationReason.TeeKind : AttestationReason.Malformed,
                "certificates for an SEV-SNP report, or a quote for a TD report", $"{evidence.Endorsement.GetType().Name} for {report.ReportType}",
                report.ReportType == HclReportType.Vbs ? "The VM has no hardware that vouches for it. Use a confidential VM." : "What should vouch for the report belongs to another kind of processor. " + AskAgain);
            return new AzureVtpmVerification(format.ToResult(), null);
        }

        // 3. and 4.
        var checks = new CheckList();
        CheckBinding(checks, report, evidence.Endorsement);

        // 5. and 6.
        HclRuntimeData? runtimeData = ReadRuntimeData(checks, report);
        TpmsAttest? quote = CheckQuote(checks, evidence, runtimeData, nonce);
        AttestationResult result = format.ToResult().Then(snp?.Result ?? tdx!.Result).Then(checks.ToResult());
        bool authentic = result.FirstFailure is null && (snp?.Report is not null || tdx?.Quote is not null);
        return new AzureVtpmVerification(result, authentic ? new VerifiedAzureVtpm(report, runtimeData!, quote!, Quoted(quote!, evidence.Pcrs), snp?.Report, tdx?.Quote) : null);
    }

    /// <summary>
    /// Checks an attestation report without anything that shows it to be genuine: formats, and that the hardware report is bound to the runtime
    /// claims. For tools that display evidence: anyone can make such a report.
    /// </summary>
    public static AttestationResult VerifyBindingOnly(ReadOnlySpan<byte> hclReport)
    {
        var checks = new CheckList();
        if (ReadReport(checks, hclReport) is not { } report) return checks.ToResult();
        checks.Skip("hardware-endorsement", "Nothing was given that shows the hardware report to be genuine.");
        CheckBinding(checks, report, null);
        ReadRuntimeData(checks, report);
        return checks.ToResult();
    }

    private static HclReport? ReadReport(CheckList checks, ReadOnlySpan<byte> bytes)
    {
        HclReport? report = HclReport.TryParse(bytes);
        checks.Require(report is not null, "hcl-report-format", AttestationReason.Malformed, "HCLA, version 1 or 2, with runtime data of version 1", $"{bytes.Length} bytes",
            "The bytes are not an attestation report of Azure's paravisor. " + AskAgain);
        return report;
    }

    private static HclRuntimeData? ReadRuntimeData(CheckList checks, HclReport report)
    {
        HclRuntimeData? data = HclRuntimeData.TryParse(report.RuntimeClaims);
        checks.Require(data is not null, "runtime-data-format", AttestationReason.Malformed, "JSON with HCLAkPub and vm-configuration", $"{report.RuntimeClaims.Length} bytes",
            "The runtime claims are not what Azure's paravisor writes. " + AskAgain);
        return data;
    }

    private static void CheckBinding(CheckList checks, HclReport report, AzureEndorsement? endorsement)
    {
        byte[] expected = report.ExpectedReportData();
        SnpReport? snp = report.ReportType == HclReportType.SevSnp ? SnpReport.TryParse(report.HardwareReport.Span) : null;
        HclTdReport? td = report.ReportType == HclReportType.Tdx ? HclTdReport.TryParse(report.HardwareReport) : null;
        // Of a TD report only the quote counts, where there is one.
        ReadOnlyMemory<byte>? actual = endorsement is AzureEndorsement.Tdx quoted ? ReportDataOf(quoted.Quote.Span) : snp?.ReportData ?? td?.ReportData;
        bool bound = actual is { } data && data.Span.SequenceEqual(expected);
        checks.Require(bound, "runtime-data-hash", AttestationReason.RuntimeDataHash, Convert.ToHexStringLower(expected), actual is { } text ? Convert.ToHexStringLower(text.Span) : "no report",
            "The hardware vouches for other runtime claims: these were altered, or belong to another report. " + AskAgain);

        if (snp is not null)
        {
            checks.Require(snp.Vmpl == 0, "vmpl", AttestationReason.Vmpl, "0", $"{snp.Vmpl}", "The report was asked for by the guest, not by the paravisor: the guest can write any runtime claims.");
        }
        else if (endorsement is AzureEndorsement.Tdx)
        {
            bool same = td is not null && actual is { } inQuote && td.ReportData.Span.SequenceEqual(inQuote.Span);
            checks.Require(same, "td-report", AttestationReason.HardwareReport, "a TD report with the quote's report data", td is null ? "no TD report" : Convert.ToHexStringLower(td.ReportData.Span),
                "The TD report in the attestation report is not the one that was quoted. " + AskAgain);
        }
    }

    private static ReadOnlyMemory<byte>? ReportDataOf(ReadOnlySpan<byte> quote) =>
        IntelQuote.TryParse(quote) is { TeeType: IntelTeeType.Tdx } parsed ? TdReport.TryParse(parsed.Body)?.ReportData : null;

    private static TpmsAttest? CheckQuote(CheckList checks, AzureVtpmEvidence evidence, HclRuntimeData? runtimeData, ReadOnlySpan<byte> nonce)
    {
        TpmsAttest? quote = TpmsAttest.TryParse(evidence.Quote.Span, out AttestationReason reason);
        checks.Require(quote is not null, "tpm-quote-format", reason, "TPMS_ATTEST of type TPM_ST_ATTEST_QUOTE", quote is null ? $"{evidence.Quote.Length} bytes of something else" : "a quote",
            "The TPM's statement is not a quote. Ask it for one with TPM2_Quote.");
        if (quote is null) return null;
        bool signed = runtimeData is not null && IsSigned(evidence, runtimeData.AttestationKey);
        checks.Require(signed, "tpm-quote-signature", AttestationReason.TpmQuoteSignature, "RSASSA with SHA-256 by HCLAkPub", signed ? "holds" : runtimeData is null ? "no runtime claims, so no key" : "does not hold",
            "The quote was altered, or another key made it. Quote with the key at handle 0x81000003.");
        QuoteVerifier.RequireNonce(checks, quote, nonce, []);
        QuoteVerifier.RequirePcrDigest(checks, quote, TpmAlgorithm.Sha256, evidence.Pcrs);
        return quote;
    }

    private static bool IsSigned(AzureVtpmEvidence evidence, PublicKeyInfo key)
    {
        if (evidence.Signature.Length > SignatureSizeMax) return false;
        byte[] signature = new TpmWriter().Algorithm(TpmAlgorithm.RsaSsa).Algorithm(TpmAlgorithm.Sha256).Sized(evidence.Signature.Span).ToArray();
        return TpmtSignature.TryParse(signature) is { } parsed && TpmKey.FromSubjectPublicKeyInfo(key).Verify(evidence.Quote.Span, parsed);
    }

    // Values of PCRs that the quote does not cover are nobody's word.
    private static PcrBank[] Quoted(TpmsAttest quote, IReadOnlyList<PcrBank> banks) =>
    [
        .. quote.Selections.Select(selection => new PcrBank(selection.Bank, selection.Pcrs.Indices()
            .Select(index => KeyValuePair.Create(index, banks.First(bank => bank.Algorithm == selection.Bank)[index])))),
    ];
}
