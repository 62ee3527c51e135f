namespace Errand.Attestation.Tests;

/// <summary>One good case of each kind of quote, then each thing broken in turn with its exact reason.</summary>
public sealed class IntelVerifierTests
{
    internal static QuoteOptions OptionsOf(string kind) => kind switch
    {
        "tdx-4" => new QuoteOptions(),
        "tdx-5-1.0" => new QuoteOptions { Version = 5 },
        "tdx-5-1.5" => QuoteOptions.Tdx15,
        "sgx-3" => QuoteOptions.Sgx,
        "sgx-4" => QuoteOptions.Sgx with { Version = 4 },
        "sgx-5" => QuoteOptions.Sgx with { Version = 5 },
        _ => throw new ArgumentOutOfRangeException(nameof(kind)),
    };

    [Theory]
    [InlineData("tdx-4")]
    [InlineData("tdx-5-1.0")]
    [InlineData("tdx-5-1.5")]
    [InlineData("sgx-3")]
    [InlineData("sgx-4")]
    [InlineData("sgx-5")]
    public void Good_quote_is_accepted_and_up_to_date(string kind)
    {
        (AttestationResult result, TcbEvaluation? tcb) = new IntelScene(OptionsOf(kind)).Verify();
        Assert.True(result.Accepted, result.FirstFailure?.ToString());
        Assert.Equal(IntelTcbStatus.UpToDate, tcb!.Status);
        Assert.DoesNotContain(result.Checks, check => check.Outcome == CheckOutcome.NotChecked);
        Assert.Equal("ca-crl-validity", result.WillFailAt!.Check);
        Assert.Equal(IntelScene.NextUpdate, result.WillFailAt.Until);
    }

    [Fact]
    public void Quote_of_a_processor_ca_is_accepted()
    {
        QuoteOptions options = QuoteOptions.Sgx with { Pck = new PckOptions { Instance = null, SgxType = SgxType.Standard } };
        Assert.True(new IntelScene(options).Verify().Result.Accepted);
    }

    [Fact]
    public void Bytes_after_the_quote_are_ignored()
    {
        var scene = new IntelScene(new QuoteOptions()) { ChangeQuote = bytes => [.. bytes, .. "padding"u8, .. new byte[8000]] };
        Assert.True(scene.Verify().Result.Accepted);
    }

    [Theory]
    [InlineData("tdx-4")]
    [InlineData("tdx-5-1.5")]
    [InlineData("sgx-3")]
    public void Each_bit_of_header_and_body_is_signed(string kind)
    {
        QuoteOptions options = OptionsOf(kind);
        byte[] good = new IntelScene(options).QuoteBytes();
        int size = IntelQuote.TryParse(good)!.Signed.Length;
        for (int offset = 0; offset < size; offset += 7)
        {
            byte[] bad = [.. good];
            bad[offset] ^= 0x10;
            AttestationResult result = new IntelScene(options) { ChangeQuote = _ => bad }.Verify().Result;
            Assert.Contains(result.Checks, check => check is { Outcome: CheckOutcome.Failed, Reason: AttestationReason.QuoteSignature or AttestationReason.Malformed });
        }
    }

    [Fact]
    public void Body_that_was_changed_is_quote_signature() =>
        Changed(quote => quote.Body).AssertRejected(AttestationReason.QuoteSignature, "quote-signature");

    [Fact]
    public void Signature_that_was_changed_is_quote_signature() =>
        Changed(quote => quote.Signature.Signature).AssertRejected(AttestationReason.QuoteSignature, "quote-signature");

    [Fact]
    public void Other_attestation_key_is_qe_report_data_and_quote_signature() =>
        Changed(quote => quote.Signature.AttestationKey).AssertRejected(AttestationReason.QeReportData, "qe-report-data", "quote-signature");

    [Fact]
    public void Other_authentication_data_is_qe_report_data() =>
        Changed(quote => quote.Signature.QeAuthenticationData).AssertRejected(AttestationReason.QeReportData, "qe-report-data");

    [Fact]
    public void Qe_report_signature_that_was_changed_is_qe_report_signature() =>
        Changed(quote => quote.Signature.QeReportSignature).AssertRejected(AttestationReason.QeReportSignature, "qe-report-signature");

    [Fact]
    public void Qe_report_that_was_changed_is_qe_report_signature() =>
        Changed(quote => quote.Signature.QeReport.MrEnclave).AssertRejected(AttestationReason.QeReportSignature, "qe-report-signature");

    [Theory]
    [InlineData(0x140)] // the hash
    [InlineData(0x160)] // the zero bytes after it
    [InlineData(0x17F)]
    public void Signed_qe_report_about_something_else_is_qe_report_data(int offset) =>
        new IntelScene(new QuoteOptions { ChangeQeReport = report => report[offset] ^= 1 }).AssertRejected(AttestationReason.QeReportData, "qe-report-data");

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Other_certification_data_is_no_pck_certificate_chain(int type)
    {
        var scene = new IntelScene(QuoteOptions.Sgx with { CertificationType = (ushort)type, CertificationData = new byte[404] });
        scene.AssertRejected(AttestationReason.NoPckCertificateChain, "certification-data");
        Assert.Equal(CheckOutcome.Passed, scene.Verify().Result.Find("quote-signature")!.Outcome);
    }

    [Fact]
    public void Other_tee_than_asked_for_is_malformed()
    {
        var scene = new IntelScene(QuoteOptions.Sgx with { Version = 4 });
        TdxVerification verification = TdxVerifier.Verify(scene.QuoteBytes(), scene.Collateral(), scene.Vendor.Roots, IntelScene.Now);
        Assert.Equal(AttestationReason.Malformed, verification.Result.Reason);
        Assert.Null(verification.Quote);
        scene = new IntelScene(new QuoteOptions());
        Assert.Equal(AttestationReason.Malformed, SgxVerifier.Verify(scene.QuoteBytes(), scene.Collateral(), scene.Vendor.Roots, IntelScene.Now).Result.Reason);
    }

    [Fact]
    public void Enclave_report_with_reserved_bytes_is_malformed()
    {
        byte[] body = Bodies.Enclave();
        body[0x60] = 1;
        new IntelScene(QuoteOptions.Sgx with { Body = body }).AssertRejected(AttestationReason.Malformed, "report-format");
    }

    private static IntelScene Changed(Func<IntelQuote, ReadOnlyMemory<byte>> part) => new(new QuoteOptions())
    {
        ChangeQuote = bytes =>
        {
            byte[] copy = [.. bytes];
            int offset = bytes.AsSpan().IndexOf(part(IntelQuote.TryParse(bytes)!).Span);
            copy[offset + 5] ^= 1;
            return copy;
        },
    };
}
