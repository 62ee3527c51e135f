namespace Errand.Attestation.Tests;

/// <summary>One domain that its policy accepts, then each field changed in turn with its exact reason.</summary>
public sealed class TdxAppraiserTests
{
    private const int Attributes = 0x78;
    private const int Rtmr0 = 0x148;
    private const int Rtmr3 = 0x1D8;

    private static readonly TdxPolicy Policy = IntelPolicies.For(TdReport.TryParse(Bodies.Td())!);

    [Theory]
    [InlineData(TdReport.Size10)]
    [InlineData(TdReport.Size15)]
    public void Domain_that_matches_its_policy_is_accepted(int size)
    {
        byte[] body = Bodies.Td(size);
        AttestationResult result = TdxAppraiser.Appraise(Verify(body), IntelPolicies.For(TdReport.TryParse(body)!));
        Assert.True(result.Accepted, result.FirstFailure?.ToString());
        Assert.DoesNotContain(result.Checks, check => check.Outcome == CheckOutcome.NotChecked);
    }

    [Theory]
    [InlineData(0)] // DEBUG
    [InlineData(4)] // profiling by the host
    [InlineData(7)]
    public void T_27_debug_domain_is_debug(int bit) => AssertRejectedUnderOwnPolicy(AttestationReason.Debug, "debug", body => body[Attributes] |= (byte)(1 << bit));

    [Fact]
    public void T_28_migratable_domain_is_migratable() => AssertRejectedUnderOwnPolicy(AttestationReason.Migratable, "migration", body => body[Attributes + 3] |= 0x20);

    [Theory]
    [InlineData(1, 0x01)] // bit 8
    [InlineData(3, 0x04)] // bit 26
    [InlineData(4, 0x01)] // bit 32
    [InlineData(7, 0x20)] // bit 61
    public void Reserved_attribute_bit_is_attributes(int place, byte bit) => AssertRejectedUnderOwnPolicy(AttestationReason.Attributes, "attributes", body => body[Attributes + place] |= bit);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void T_29_domain_with_another_kernel_is_measurement(int register) => AssertMeasurement($"rtmr{register}", Rtmr0 + register * TdReport.RegisterSize);

    [Fact]
    public void T_30_domain_with_other_acpi_tables_is_measurement() => AssertMeasurement("rtmr0", Rtmr0);

    [Theory]
    [InlineData("mrseam", 0x10)]
    [InlineData("attributes", Attributes + 3)]
    [InlineData("xfam", 0x80)]
    [InlineData("mrtd", 0x88)]
    [InlineData("mrconfigid", 0xB8)]
    [InlineData("mrowner", 0xE8)]
    [InlineData("mrownerconfig", 0x118)]
    public void Each_other_field_that_differs_is_measurement(string field, int offset) => AssertMeasurement(field, offset, bit: field == "attributes" ? (byte)0x40 : (byte)1);

    [Fact]
    public void Other_signer_of_the_module_is_measurement()
    {
        // Intel's collateral refuses such a module before; a policy can name a signer of its own all the same.
        TdxReference other = Policy.References[0] with { MrSignerSeam = Enumerable.Repeat((byte)1, 48).ToArray() };
        AssertFailure(TdxAppraiser.Appraise(Verify(Bodies.Td()), Policy with { References = [other] }), AttestationReason.Measurement, "measurement", "mrsignerseam");
    }

    [Fact]
    public void Service_domain_is_measurement()
    {
        byte[] body = Bodies.Td(TdReport.Size15);
        body[0x258] = 1;
        AssertFailure(TdxAppraiser.Appraise(Verify(body), Policy), AttestationReason.Measurement, "measurement", "mrservicetd");
    }

    [Fact]
    public void No_reference_value_accepts_nothing() => AssertFailure(TdxAppraiser.Appraise(Verify(Bodies.Td()), Policy with { References = [] }), AttestationReason.Measurement, "measurement", "");

    [Fact]
    public void One_of_several_reference_values_is_enough()
    {
        TdxReference right = Policy.References[0];
        TdxReference wrong = right with { Name = "wrong", MrTd = new byte[48] };
        Assert.True(TdxAppraiser.Appraise(Verify(Bodies.Td()), Policy with { References = [wrong, right] }).Accepted);
    }

    [Fact]
    public void T_36_evidence_made_after_closing_is_closed()
    {
        VerifiedTdxQuote closed = Verify(Changed(body => body[Rtmr3] ^= 1));
        AssertFailure(TdxAppraiser.Appraise(closed, Policy), AttestationReason.Closed, "closed", "");
        TdxReference open = Policy.References[0];
        Assert.True(TdxAppraiser.Appraise(closed, Policy with { References = [open, open with { Rtmr3 = closed.Report.Rtmr(3) }] }).Accepted);
    }

    [Fact]
    public void Other_report_data_is_report_data()
    {
        AssertFailure(TdxAppraiser.Appraise(Verify(Changed(body => body[0x208] ^= 1)), Policy), AttestationReason.ReportData, "report-data", "");
        Assert.Equal(CheckOutcome.NotChecked, TdxAppraiser.Appraise(Verify(Bodies.Td()), Policy with { ReportData = new IntelReportDataRule.NotChecked() }).Find("report-data")!.Outcome);
    }

    private static byte[] Changed(Action<byte[]> change)
    {
        byte[] body = Bodies.Td();
        change(body);
        return body;
    }

    private static VerifiedTdxQuote Verify(byte[] body)
    {
        QuoteOptions options = body.Length == TdReport.Size15 ? QuoteOptions.Tdx15 : new QuoteOptions();
        TdxVerification verification = new IntelScene(options with { Body = body }).VerifyTdx();
        return verification.Quote ?? throw new InvalidOperationException(verification.Result.FirstFailure!.ToString());
    }

    private static void AssertMeasurement(string field, int offset, byte bit = 1) =>
        AssertFailure(TdxAppraiser.Appraise(Verify(Changed(body => body[offset] ^= bit)), Policy), AttestationReason.Measurement, "measurement", $"image: {field}]");

    private static void AssertRejectedUnderOwnPolicy(AttestationReason reason, string check, Action<byte[]> change)
    {
        byte[] body = Changed(change);
        AssertFailure(TdxAppraiser.Appraise(Verify(body), IntelPolicies.For(TdReport.TryParse(body)!)), reason, check, "");
    }

    private static void AssertFailure(AttestationResult result, AttestationReason reason, string check, string actual)
    {
        AttestationCheck failure = Assert.Single(result.Checks, candidate => candidate.Outcome == CheckOutcome.Failed);
        Assert.Equal((reason, check), (failure.Reason, failure.Name));
        Assert.Contains(actual, failure.Actual, StringComparison.Ordinal);
    }
}
