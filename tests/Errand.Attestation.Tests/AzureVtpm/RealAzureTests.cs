using System.Text;

namespace Errand.Attestation.Tests;

/// <summary>Evidence of a real confidential VM on an Intel processor, under a policy that it satisfies and with its links broken.</summary>
public sealed class RealAzureTests
{
    private const int TdReportDataOffset = 32 + 128;
    private const int ClaimsOffset = 1236;
    private const int QuotedReportDataOffset = 48 + 0x208;

    private static readonly DateTimeOffset Now = new(2024, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Real_trust_domain_is_authentic_and_appraised()
    {
        AzureVtpmVerification verification = Verify(Load());
        Assert.True(verification.Result.Accepted, verification.Result.FirstFailure?.ToString());
        VerifiedAzureVtpm verified = verification.Evidence!;
        Assert.Null(verified.SevSnp);
        TdReport report = verified.Tdx!.Report;
        AzureVtpmPolicy policy = PolicyFor(verified, report);
        // No collateral of that time exists: only what needs some may fail.
        AttestationResult result = AzureVtpmAppraiser.Appraise(verified, policy);
        Assert.Equal([AttestationReason.Collateral, AttestationReason.RevocationUnknown], result.Checks.Where(check => check.Outcome == CheckOutcome.Failed).Select(check => check.Reason));
        Assert.Equal(CheckOutcome.Passed, result.Find("measurement")!.Outcome);
        Assert.Equal(CheckOutcome.Passed, result.Find("pcrs")!.Outcome);
        Assert.Equal(CheckOutcome.Passed, result.Find("vm-id")!.Outcome);
        Assert.Equal(AttestationReason.TeeKind, AzureVtpmAppraiser.Appraise(verified, policy with { Tdx = null }).Reason);
    }

    [Fact]
    public void Td_report_that_is_not_the_quoted_one_is_hardware_report()
    {
        AzureVtpmEvidence evidence = Load();
        AssertFailures(Change(evidence, TdReportDataOffset), AttestationReason.HardwareReport);
        AssertFailures(Change(evidence, 32), AttestationReason.HardwareReport); // no longer of a trust domain
        // What else stands in the TD report is under a MAC, and nothing is taken from it.
        Assert.NotNull(Verify(Change(evidence, 32 + 512)).Evidence);
    }

    [Fact]
    public void Altered_claims_are_runtime_data_hash_and_leave_another_key()
    {
        AzureVtpmEvidence evidence = Load();
        byte[] report = evidence.HclReport.ToArray();
        int modulus = report.AsSpan(ClaimsOffset).IndexOf("\"n\":\""u8) + ClaimsOffset + 8;
        report[modulus] = (byte)(report[modulus] == 'A' ? 'B' : 'A');
        AssertFailures(evidence with { HclReport = report }, AttestationReason.RuntimeDataHash, AttestationReason.TpmQuoteSignature);
    }

    [Fact]
    public void Altered_td_quote_is_quote_signature()
    {
        byte[] quote = ((AzureEndorsement.Tdx)Load().Endorsement).Quote.ToArray();
        quote[QuotedReportDataOffset] ^= 1;
        AssertFailures(Load() with { Endorsement = new AzureEndorsement.Tdx(quote) }, AttestationReason.QuoteSignature, AttestationReason.RuntimeDataHash, AttestationReason.HardwareReport);
        Assert.Equal(AttestationReason.Malformed, Verify(Load() with { Endorsement = new AzureEndorsement.Tdx(quote.AsMemory(0, 100)) }).Result.Reason);
    }

    [Fact]
    public void Certificates_for_a_trust_domain_are_malformed() => AssertFailures(Load() with { Endorsement = new AzureEndorsement.SevSnp([]) }, AttestationReason.Malformed);

    [Theory]
    [InlineData("snp-genoa")]
    [InlineData("snp-milan-v0-bytes")]
    [InlineData("snp-milan-v1")]
    [InlineData("tdx-v1")]
    public void Attesters_file_holds_the_parts_that_were_cut_out_of_it(string name)
    {
        AzureVtpmEvidence evidence = AzureEvidenceJson.TryParse(Corpus.File("azure-vtpm", name, "evidence.json"))!;
        Assert.Equal(Corpus.File("azure-vtpm", name, "hcl-report.bin"), evidence.HclReport.ToArray());
        Assert.Equal(Corpus.File("azure-vtpm", name, "tpm-quote.msg"), evidence.Quote.ToArray());
        Assert.Equal(Corpus.File("azure-vtpm", name, "tpm-quote.sig"), evidence.Signature.ToArray());
        byte[] endorsement = evidence.Endorsement switch
        {
            AzureEndorsement.SevSnp snp => snp.Certificates[0].ToArray(),
            AzureEndorsement.Tdx tdx => tdx.Quote.ToArray(),
            _ => [],
        };
        Assert.Equal(Corpus.File("azure-vtpm", name, evidence.Endorsement is AzureEndorsement.Tdx ? "td-quote.bin" : "vcek.der"), endorsement);
        Assert.Equal(Corpus.File("azure-vtpm", name, "runtime-data.json"), HclReport.TryParse(evidence.HclReport.Span)!.RuntimeClaims.ToArray());
        string pcrs = Encoding.ASCII.GetString(Corpus.File("azure-vtpm", name, "pcrs.json"));
        Assert.All(Enumerable.Range(0, 24), index => Assert.Contains($"\"{index}\": \"{Convert.ToHexStringLower(evidence.Pcrs[0][index].Span)}\"", pcrs, StringComparison.Ordinal));
    }

    private static AzureVtpmEvidence Load() => AzureEvidenceJson.TryParse(Corpus.File("azure-vtpm", "tdx-v1", "evidence.json"))!;

    private static AzureVtpmVerification Verify(AzureVtpmEvidence evidence) => AzureVtpmVerifier.Verify(evidence, IntelCollateral.None, "challenge"u8, TrustedRoots.Vendors, Now);

    private static AzureVtpmEvidence Change(AzureVtpmEvidence evidence, int offset)
    {
        byte[] report = evidence.HclReport.ToArray();
        report[offset] ^= 1;
        return evidence with { HclReport = report };
    }

    private static void AssertFailures(AzureVtpmEvidence evidence, params AttestationReason[] reasons)
    {
        AzureVtpmVerification verification = Verify(evidence);
        Assert.Null(verification.Evidence);
        Assert.Equal(reasons, verification.Result.Checks.Where(check => check.Outcome == CheckOutcome.Failed).Select(check => check.Reason));
    }

    private static AzureVtpmPolicy PolicyFor(VerifiedAzureVtpm verified, TdReport report) => new()
    {
        SevSnp = null,
        Tdx = new TdxPolicy
        {
            References =
            [
                new TdxReference
                {
                    Name = "paravisor",
                    MrTd = report.MrTd,
                    Rtmr0 = report.Rtmr(0),
                    Rtmr1 = report.Rtmr(1),
                    Rtmr2 = report.Rtmr(2),
                    Rtmr3 = report.Rtmr(3),
                    MrSeam = report.MrSeam,
                    MrSignerSeam = report.MrSignerSeam,
                    Attributes = report.Attributes,
                    Xfam = report.Xfam,
                    MrConfigId = report.MrConfigId,
                    MrOwner = report.MrOwner,
                    MrOwnerConfig = report.MrOwnerConfig,
                    MrServiceTd = new byte[TdReport.RegisterSize],
                },
            ],
            Platform = new IntelPlatformPolicy
            {
                AllowedStatuses = [IntelTcbStatus.UpToDate],
                Advisories = new IntelAdvisoryRule.Only([]),
                EvaluationDataNumberMin = 0,
                RevocationRequired = true,
                Identity = new IntelPlatformRule.Any(),
            },
            ReportData = new IntelReportDataRule.NotChecked(),
        },
        PcrReferences = [new AzurePcrReference { Name = "image", Bank = TpmAlgorithm.Sha256, Pcrs = Enumerable.Range(0, 24).ToDictionary(index => index, index => verified.Pcr(TpmAlgorithm.Sha256, index)) }],
        RequireSecureBoot = true,
        VmSettings = new Dictionary<string, bool> { ["tpm-enabled"] = true },
        Vm = new AzureVmRule.Exactly(new Guid("6332533D-5649-4D02-8AA7-8F64B7C3EE21")),
        UserData = new AzureUserDataRule.Exactly(new byte[64]),
    };
}
