namespace Errand.Attestation;

/// <summary>
/// An Azure confidential VM: the attesters' JSON, with AMD's certificates or Intel's collateral; or the paravisor's report alone, of which
/// only the binding to the runtime claims can be checked.
/// </summary>
internal sealed class AzureVtpmForm : EvidenceForm
{
    internal override EvidenceKind Kind => EvidenceKind.AzureVtpm;

    internal override string Code => "azure-vtpm";

    internal override string Title => "evidence of an Azure confidential VM";

    internal override bool NeedsNonce => true;

    internal override IReadOnlyList<EvidenceRole> Once { get; } = 
        [EvidenceRole.AzureEvidence, EvidenceRole.HclReport, EvidenceRole.TdxQuote, EvidenceRole.TpmAttest, EvidenceRole.TpmSignature, EvidenceRole.PcrValues];

    internal override bool IsPresent(IReadOnlyList<SortedFile> files) => files.Any(file => file.Role is EvidenceRole.AzureEvidence or EvidenceRole.HclReport);

    internal override IReadOnlyList<EvidenceClaim>? Describe(EvidenceBundle evidence)
    {
        AzureVtpmEvidence? parsed = null;
        if (evidence.Find(EvidenceRole.AzureEvidence) is { } json && (parsed = AzureEvidenceJson.TryParse(json.Bytes)) is null) return null;
        ReadOnlyMemory<byte> bytes = parsed?.HclReport ?? evidence.Find(EvidenceRole.HclReport)!.Bytes;
        if (HclReport.TryParse(bytes.Span) is not { } report || HclRuntimeData.TryParse(report.RuntimeClaims) is not { } data) return null;
        TpmsAttest? quote = parsed is null ? null : TpmsAttest.TryParse(parsed.Quote.Span, out _);
        return [.. Describe(report, data, quote)];
    }

    internal override FormVerification Verify(VerificationContext context)
    {
        if (context.Take(EvidenceRole.AzureEvidence) is not { } json) return context.Evidence.Find(EvidenceRole.TpmAttest) is null ? VerifyReport(context) : VerifyParts(context);
        if (AzureEvidenceJson.TryParse(json) is not { } evidence)
        {
            return FormVerification.Refused(AttestationResult.Of(new AttestationCheck("evidence-format", CheckOutcome.Failed, AttestationReason.Malformed, "JSON of version 0 or 1 with report, quote and endorsement",
                $"{json.Length} bytes of something else", "The evidence is unreadable. Get it again from the attester.")));
        }
        return Verify(context, evidence);
    }

    private static FormVerification Verify(VerificationContext context, AzureVtpmEvidence evidence)
    {
        IntelCollateral collateral = IntelCollateral.None;
        if (evidence.Endorsement is AzureEndorsement.SevSnp { Certificates: [var der, ..] }) evidence = evidence with { Endorsement = Complete(context, der) };
        else if (evidence.Endorsement is AzureEndorsement.Tdx tdx) collateral = IntelForm.Find(context, IntelQuote.TryParse(tdx.Quote.Span));

        // What was asked for is not known here: the nonce is compared once the evidence is known to be authentic.
        ReadOnlyMemory<byte> nonce = TpmsAttest.TryParse(evidence.Quote.Span, out _)?.ExtraData ?? default;
        AzureVtpmVerification verification = AzureVtpmVerifier.Verify(evidence, collateral, nonce.Span, context.Roots, context.Now, context.Cache?.Issuers, context.Cache?.Intel, context.Pool.Lists);
        var result = new AttestationResult([.. verification.Result.Checks.Where(check => check.Name != "nonce")], verification.Result.Validities);
        if (verification.Evidence is not { } verified) return FormVerification.Refused(result);

        ClaimList claims = Describe(verified.Report, verified.RuntimeData, verified.Quote);
        foreach (PcrBank bank in verified.Pcrs)
            foreach (int index in bank.Pcrs.Indices()) claims.Add($"pcr.{bank.Algorithm.BankName()}.{index}", bank[index]);
        if (verified.SevSnp is { } snp)
        {
            claims.Add("measurement", snp.Report.Measurement);
            claims.Add("product-line", snp.ProductLine.ToString());
            claims.Add("chip-id", snp.Report.ChipId);
            RootClaims.Add(claims, snp.Root);
        }
        if (verified.Tdx is { } quoted)
        {
            claims.Add("mrtd", quoted.Report.MrTd);
            IntelForm.Describe(claims, quoted.Platform);
        }
        return new FormVerification(result, [.. claims], verified.Quote.ExtraData,
            policy => policy.AzureVtpm is { } section ? AzureVtpmAppraiser.Appraise(verified, section) : null,
            () => AppraisalPolicy.Nothing with { AzureVtpm = AzureVtpmPolicyFile.Draft(verified) });
    }

    // Report, quote, signature and PCR values as the VM's own tools give them.
    private static FormVerification VerifyParts(VerificationContext context)
    {
        AttestationResult result = PcrValues.Read(context, out IReadOnlyList<PcrBank> banks);
        TpmtSignature? signature = context.Take(EvidenceRole.TpmSignature) is { } bytes ? TpmtSignature.TryParse(bytes.Span) : null;
        var checks = new CheckList();
        bool rightScheme = signature is { Scheme: TpmAlgorithm.RsaSsa, Hash: TpmAlgorithm.Sha256 };
        checks.Require(rightScheme, "tpm-quote-signature-format", AttestationReason.TpmQuoteSignature, "TPMT_SIGNATURE of RSASSA with SHA-256", signature is null ? "none" : $"{signature.Scheme} with {signature.Hash}", "Quote with the key at handle 0x81000003.");
        Certificate? leaf = context.Pool.Named("SEV-VCEK").FirstOrDefault();
        AzureEndorsement? endorsement = context.Take(EvidenceRole.TdxQuote) is { } quote ? new AzureEndorsement.Tdx(quote) : leaf is not null ? new AzureEndorsement.SevSnp([leaf.Encoded]) : null;
        checks.Require(endorsement is not null, "hardware-endorsement", AttestationReason.Malformed, "a VCEK certificate or a TDX quote", endorsement is null ? "neither" : "there", "Give what vouches for the hardware report: the VCEK with its chain, or the quote made of the TD report.");
        result = result.Then(checks.ToResult());
        if (!result.Accepted || endorsement is null) return FormVerification.Refused(result);
        return Verify(context, new AzureVtpmEvidence
        {
            HclReport = context.Take(EvidenceRole.HclReport)!.Value,
            Endorsement = endorsement,
            Quote = context.Take(EvidenceRole.TpmAttest)!.Value,
            Signature = signature!.First,
            Pcrs = banks,
        });
    }

    private FormVerification VerifyReport(VerificationContext context)
    {
        AttestationResult result = AzureVtpmVerifier.VerifyBindingOnly(context.Take(EvidenceRole.HclReport)!.Value.Span);
        return result.Accepted ? new FormVerification(result, Describe(context.Evidence) ?? [], null, null, null) : FormVerification.Refused(result);
    }

    private static AzureEndorsement.SevSnp Complete(VerificationContext context, ReadOnlyMemory<byte> leaf)
    {
        IReadOnlyList<ReadOnlyMemory<byte>> chain = Certificate.TryParse(leaf) is { } certificate ? CertificatePool.Encode(context.Pool.ChainFrom(certificate)) : [leaf];
        context.Use(chain);
        return new AzureEndorsement.SevSnp(chain);
    }

    private static ClaimList Describe(HclReport report, HclRuntimeData data, TpmsAttest? quote)
    {
        ClaimList claims = new() { { "report-type", report.ReportType.ToString() }, { "key-digest", data.AttestationKey.Digest.ToString() } };
        if (data.UserData is { } userData) claims.Add("user-data", userData);
        foreach ((string name, string value) in data.VmConfiguration.OrderBy(member => member.Key, StringComparer.Ordinal)) claims.Add($"vm.{name}", value);
        if (quote is null) return claims;
        claims.Add("nonce", quote.ExtraData);
        claims.Add("pcr-digest", quote.PcrDigest);
        return claims;
    }
}
