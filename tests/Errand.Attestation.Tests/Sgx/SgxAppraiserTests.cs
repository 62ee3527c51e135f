namespace Errand.Attestation.Tests;

/// <summary>One enclave that its policy accepts, then each field changed in turn with its exact reason.</summary>
public sealed class SgxAppraiserTests
{
    private static readonly SgxPolicy Policy = IntelPolicies.For(SgxReport.TryParse(Bodies.Enclave())!);

    [Fact]
    public void Enclave_that_matches_its_policy_is_accepted()
    {
        AttestationResult result = Appraise(_ => { }, Policy);
        Assert.True(result.Accepted, result.FirstFailure?.ToString());
        Assert.DoesNotContain(result.Checks, check => check.Outcome == CheckOutcome.NotChecked);
    }

    [Fact]
    public void T_27_debug_enclave_is_debug() => AssertRejectedUnderOwnPolicy(AttestationReason.Debug, "debug", body => body[0x30] |= 0x02);

    [Theory]
    [InlineData(0x30, 0x01)] // INIT clear
    [InlineData(0x30, 0x08)] // bit 3
    [InlineData(0x31, 0x02)] // bit 9
    [InlineData(0x37, 0x80)] // bit 63
    public void Reserved_attribute_flag_is_attributes(int offset, byte bit) => AssertRejectedUnderOwnPolicy(AttestationReason.Attributes, "attributes", body => body[offset] ^= bit);

    [Theory]
    [InlineData("miscselect", 0x10)]
    [InlineData("isvextprodid", 0x20)]
    [InlineData("attributes", 0x38)]
    [InlineData("mrenclave", 0x40)]
    [InlineData("mrsigner", 0x80)]
    [InlineData("configid", 0xC0)]
    [InlineData("isvprodid", 0x101)]
    [InlineData("isvsvn", 0x102)] // 3 becomes 2
    [InlineData("configsvn", 0x105)]
    [InlineData("isvfamilyid", 0x130)]
    public void T_29_each_field_that_differs_is_measurement(string field, int offset)
    {
        AttestationCheck failure = AssertFailure(Appraise(body => body[offset] ^= 1, Policy), AttestationReason.Measurement, "measurement");
        Assert.Contains($"enclave: {field}]", failure.Actual, StringComparison.Ordinal);
    }

    [Fact]
    public void Higher_isvsvn_is_accepted() => Assert.True(Appraise(body => body[0x102] = 9, Policy).Accepted);

    [Fact]
    public void No_reference_value_accepts_nothing() => AssertFailure(Appraise(_ => { }, Policy with { References = [] }), AttestationReason.Measurement, "measurement");

    [Fact]
    public void Other_report_data_is_report_data() => AssertFailure(Appraise(body => body[0x17F] ^= 1, Policy), AttestationReason.ReportData, "report-data");

    private static void AssertRejectedUnderOwnPolicy(AttestationReason reason, string check, Action<byte[]> change)
    {
        byte[] body = Bodies.Enclave();
        change(body);
        AssertFailure(Appraise(change, IntelPolicies.For(SgxReport.TryParse(body)!)), reason, check);
    }

    private static AttestationResult Appraise(Action<byte[]> change, SgxPolicy policy)
    {
        byte[] body = Bodies.Enclave();
        change(body);
        SgxVerification verification = new IntelScene(QuoteOptions.Sgx with { Body = body }).VerifySgx();
        return SgxAppraiser.Appraise(verification.Quote ?? throw new InvalidOperationException(verification.Result.FirstFailure!.ToString()), policy);
    }

    private static AttestationCheck AssertFailure(AttestationResult result, AttestationReason reason, string check)
    {
        AttestationCheck failure = Assert.Single(result.Checks, candidate => candidate.Outcome == CheckOutcome.Failed);
        Assert.Equal((reason, check), (failure.Reason, failure.Name));
        return failure;
    }
}
