using System.Security.Cryptography;
using Errand.Attestation;

namespace Errand.Platform.Tests;

/// <summary>Evidence of one confidential VM, then each link from hardware to PCRs broken in turn with its exact reason.</summary>
public sealed class AzureVtpmVerifierTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Authentic_evidence_is_accepted(int hashType)
    {
        AzureVtpmVerification verification = Verify(new AzureMaker { HashType = hashType }.Make());
        Assert.True(verification.Result.Accepted, verification.Result.FirstFailure?.ToString());
        VerifiedAzureVtpm verified = verification.Evidence!;
        Assert.NotNull(verified.SevSnp);
        Assert.Null(verified.Tdx);
        Assert.Equal(AzureMaker.Pcr(7).ToArray(), verified.Pcr(TpmAlgorithm.Sha256, 7).ToArray());
        Assert.True(Primitives.CanonicalCbor.IsCanonical(verified.Claims.Encoded.Span));
        Assert.Equal("certificate-validity", verification.Result.WillFailAt!.Check);
    }

    [Fact]
    public void Bytes_that_are_no_report_are_malformed() => AssertOnly(AttestationReason.Malformed, "hcl-report-format", Verify(new AzureMaker().Make() with { HclReport = new byte[2600] }));

    [Fact]
    public void Endorsement_of_another_processor_or_of_none_is_refused()
    {
        AzureVtpmEvidence evidence = new AzureMaker().Make();
        AssertOnly(AttestationReason.Malformed, "hardware-endorsement", Verify(evidence with { Endorsement = new AzureEndorsement.Tdx(new byte[100]) }));
        byte[] vbs = evidence.HclReport.ToArray();
        vbs[1224] = 1;
        AssertOnly(AttestationReason.TeeKind, "hardware-endorsement", Verify(evidence with { HclReport = vbs }));
        AssertOnly(AttestationReason.Malformed, "certificates", Verify(evidence with { Endorsement = new AzureEndorsement.SevSnp([]) }));
    }

    [Fact]
    public void Hardware_report_that_is_altered_expired_or_under_another_root_has_its_reason()
    {
        AzureVtpmEvidence evidence = new AzureMaker().Make();
        byte[] altered = evidence.HclReport.ToArray();
        altered[32 + 0x90] ^= 1;
        AssertOnly(AttestationReason.ReportSignature, "report-signature", Verify(evidence with { HclReport = altered }));
        AssertOnly(AttestationReason.DevelopmentRoot, "root", AzureVtpmVerifier.Verify(evidence, IntelCollateral.None, AzureMaker.Nonce, TrustedRoots.Vendors, Vendors.Now));
        AssertOnly(AttestationReason.CertificateExpired, "certificate-validity", AzureVtpmVerifier.Verify(evidence, IntelCollateral.None, AzureMaker.Nonce, Vendors.Roots, Vendors.Now.AddYears(40)));
    }

    [Fact]
    public void Revocation_list_of_the_processor_s_root_is_looked_at()
    {
        AzureVtpmEvidence evidence = new AzureMaker().Make();
        Assert.False(VerifyWith(null).Evidence!.SevSnp!.RevocationChecked);
        Assert.True(VerifyWith([[9]]).Evidence!.SevSnp!.RevocationChecked);
        AssertOnly(AttestationReason.CertificateRevoked, "ark-revocation", VerifyWith([[2]]));

        AzureVtpmVerification VerifyWith(IReadOnlyList<byte[]>? serials) => AzureVtpmVerifier.Verify(evidence, IntelCollateral.None, AzureMaker.Nonce, Vendors.Roots, Vendors.Now,
            revocationLists: serials is null ? null : [CertificateRevocationList.TryParse(Vendors.Genoa.IssueRevocationList(serials, Vendors.Now.AddDays(-1), Vendors.Now.AddDays(1)))!]);
    }

    [Fact]
    public void Runtime_claims_that_the_hardware_does_not_vouch_for_are_runtime_data_hash()
    {
        AssertOnly(AttestationReason.RuntimeDataHash, "runtime-data-hash", Verify(new AzureMaker { Alter = claims => claims.Replace("\"secure-boot\":true", "\"secure-boot\": true", StringComparison.Ordinal) }.Make()));
        AssertOnly(AttestationReason.RuntimeDataHash, "runtime-data-hash", Verify(new AzureMaker { ReportData = new byte[64] }.Make()));

        // The hash alone is not enough: what follows it must be zero.
        byte[] good = AzureVtpmReportData(new AzureMaker().Make());
        good[63] = 1;
        AssertOnly(AttestationReason.RuntimeDataHash, "runtime-data-hash", Verify(new AzureMaker { ReportData = good }.Make()));

        // The type of hash is not signed; another one gives another hash.
        byte[] otherHash = new AzureMaker().Make().HclReport.ToArray();
        otherHash[1228] = 2;
        AssertOnly(AttestationReason.RuntimeDataHash, "runtime-data-hash", Verify(new AzureMaker().Make() with { HclReport = otherHash }));
    }

    [Fact]
    public void Key_swapped_after_the_report_fails_twice_and_the_hash_comes_first()
    {
        using RSA attacker = RSA.Create(2048);
        AzureVtpmEvidence genuine = new AzureMaker().Make();
        AzureVtpmEvidence forged = new AzureMaker { ClaimedKey = attacker, SigningKey = attacker, ReportData = AzureVtpmReportData(genuine) }.Make();
        AssertOnly(AttestationReason.RuntimeDataHash, "runtime-data-hash", Verify(forged));
        AzureVtpmEvidence otherKey = new AzureMaker { ClaimedKey = attacker, ReportData = AzureVtpmReportData(genuine) }.Make();
        Assert.Equal([AttestationReason.RuntimeDataHash, AttestationReason.TpmQuoteSignature], Failures(Verify(otherKey).Result));
    }

    [Fact]
    public void Report_asked_for_by_the_guest_is_vmpl()
    {
        foreach (uint vmpl in new uint[] { 1, 2, 3 }) AssertOnly(AttestationReason.Vmpl, "vmpl", Verify(new AzureMaker { Tee = options => options with { Vmpl = vmpl } }.Make()));
    }

    [Fact]
    public void Claims_that_hardware_vouches_for_but_are_not_in_form_are_malformed_and_leave_no_key()
    {
        AzureVtpmVerification verification = Verify(new AzureMaker { Configuration = "7" }.Make());
        Assert.Null(verification.Evidence);
        Assert.Equal([AttestationReason.Malformed, AttestationReason.TpmQuoteSignature], Failures(verification.Result));
    }

    [Fact]
    public void Quote_by_another_key_scheme_or_hash_or_altered_is_tpm_quote_signature()
    {
        using RSA other = RSA.Create(2048);
        AzureVtpmEvidence good = new AzureMaker().Make();
        byte[] altered = good.Signature.ToArray();
        altered[0] ^= 1;
        foreach (AzureVtpmEvidence evidence in new[]
        {
            new AzureMaker { SigningKey = other }.Make(),
            new AzureMaker { Padding = RSASignaturePadding.Pss }.Make(),
            new AzureMaker { SignatureHash = HashAlgorithmName.SHA1 }.Make(),
            good with { Signature = altered },
            good with { Signature = default },
            good with { Signature = new byte[100_000] },
            good with { Signature = new byte[] { 0, 1 } },
        }) AssertOnly(AttestationReason.TpmQuoteSignature, "tpm-quote-signature", Verify(evidence));
    }

    [Fact]
    public void Statement_that_is_no_quote_has_its_reason()
    {
        AzureVtpmEvidence good = new AzureMaker().Make();
        byte[] certify = good.Quote.ToArray();
        certify[5] = 0x17;
        AssertOnly(AttestationReason.NotAQuote, "tpm-quote-format", Verify(good with { Quote = certify }));
        AssertOnly(AttestationReason.Malformed, "tpm-quote-format", Verify(good with { Quote = default }));
    }

    [Fact]
    public void Quote_for_another_question_is_nonce()
    {
        AzureVtpmEvidence evidence = new AzureMaker().Make();
        AssertOnly(AttestationReason.Nonce, "nonce", AzureVtpmVerifier.Verify(evidence, IntelCollateral.None, SHA256.HashData("other"u8), Vendors.Roots, Vendors.Now));
        AssertOnly(AttestationReason.Nonce, "nonce", AzureVtpmVerifier.Verify(evidence, IntelCollateral.None, [], Vendors.Roots, Vendors.Now));
    }

    [Fact]
    public void Pcr_values_that_were_not_quoted_are_pcr_digest_and_those_beside_the_quote_are_dropped()
    {
        AzureVtpmEvidence good = new AzureMaker().Make();
        AssertOnly(AttestationReason.PcrDigest, "pcr-digest", Verify(good with { Pcrs = [With(4, new byte[32])] }));
        AssertOnly(AttestationReason.PcrDigest, "pcr-digest", Verify(good with { Pcrs = [] }));
        AssertOnly(AttestationReason.PcrDigest, "pcr-digest", Verify(good with { Pcrs = [new PcrBank(TpmAlgorithm.Sha256, [KeyValuePair.Create(0, AzureMaker.Pcr(0))])] }));

        AzureVtpmVerification some = Verify(new AzureMaker { Selections = [new PcrSelection(TpmAlgorithm.Sha256, PcrSet.Of(0, 7))] }.Make() with { Pcrs = [With(4, new byte[32])] });
        Assert.True(some.Result.Accepted);
        Assert.Equal(PcrSet.Of(0, 7), Assert.Single(some.Evidence!.Pcrs).Pcrs);
        Assert.True(some.Evidence.Pcr(TpmAlgorithm.Sha256, 4).IsEmpty);
        Assert.True(some.Evidence.Pcr(TpmAlgorithm.Sha384, 0).IsEmpty);
    }

    [Fact]
    public void Known_issuers_change_no_outcome()
    {
        var known = new VerifiedIssuers();
        AzureVtpmEvidence evidence = new AzureMaker().Make();
        for (int i = 0; i < 2; i++) Assert.True(AzureVtpmVerifier.Verify(evidence, IntelCollateral.None, AzureMaker.Nonce, Vendors.Roots, Vendors.Now, known).Result.Accepted);
        Assert.Equal(AttestationReason.DevelopmentRoot, AzureVtpmVerifier.Verify(evidence, IntelCollateral.None, AzureMaker.Nonce, TrustedRoots.None, Vendors.Now, known).Result.Reason);
    }

    [Fact]
    public void Every_flipped_byte_of_report_quote_and_signature_is_refused()
    {
        AzureVtpmEvidence evidence = new AzureMaker().Make();
        var known = new VerifiedIssuers();
        Flip(evidence.HclReport.ToArray(), 11, changed => evidence with { HclReport = changed });
        Flip(evidence.Quote.ToArray(), 3, changed => evidence with { Quote = changed });
        Flip(evidence.Signature.ToArray(), 7, changed => evidence with { Signature = changed });

        void Flip(byte[] bytes, int step, Func<byte[], AzureVtpmEvidence> change)
        {
            for (int i = 0; i < bytes.Length; i += step)
            {
                bytes[i] ^= (byte)(1 << (i % 8));
                Assert.True(AzureVtpmVerifier.Verify(change(bytes), IntelCollateral.None, AzureMaker.Nonce, Vendors.Roots, Vendors.Now, known).Evidence is null, $"byte {i}");
                bytes[i] ^= (byte)(1 << (i % 8));
            }
        }
    }

    [Fact]
    public void Binding_alone_says_that_nothing_vouches_for_it()
    {
        AzureVtpmEvidence evidence = new AzureMaker().Make();
        AttestationResult result = AzureVtpmVerifier.VerifyBindingOnly(evidence.HclReport.Span);
        Assert.True(result.Accepted);
        Assert.Equal(CheckOutcome.NotChecked, result.Find("hardware-endorsement")!.Outcome);
        Assert.Equal(AttestationReason.RuntimeDataHash, AzureVtpmVerifier.VerifyBindingOnly(new AzureMaker { ReportData = new byte[64] }.Make().HclReport.Span).Reason);
        Assert.Equal(AttestationReason.Malformed, AzureVtpmVerifier.VerifyBindingOnly([1]).Reason);
    }

    internal static AzureVtpmVerification Verify(AzureVtpmEvidence evidence) => AzureVtpmVerifier.Verify(evidence, IntelCollateral.None, AzureMaker.Nonce, Vendors.Roots, Vendors.Now);

    private static byte[] AzureVtpmReportData(AzureVtpmEvidence evidence) => HclReport.TryParse(evidence.HclReport.Span)!.ExpectedReportData();

    private static PcrBank With(int index, byte[] value) => new(TpmAlgorithm.Sha256, Enumerable.Range(0, 24).Select(i => KeyValuePair.Create(i, i == index ? value : AzureMaker.Pcr(i))));

    private static IEnumerable<AttestationReason> Failures(AttestationResult result) => result.Checks.Where(check => check.Outcome == CheckOutcome.Failed).Select(check => check.Reason);

    private static void AssertOnly(AttestationReason reason, string name, AzureVtpmVerification verification)
    {
        Assert.Null(verification.Evidence);
        AttestationCheck failure = Assert.Single(verification.Result.Checks, check => check.Outcome == CheckOutcome.Failed);
        Assert.Equal((reason, name), (failure.Reason, failure.Name));
        Assert.NotEmpty(failure.Explanation);
    }
}
