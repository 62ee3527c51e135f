using Errand.Attestation;

namespace Errand.Platform.Tests;

/// <summary>One policy that a confidential VM satisfies, then each of its rules against other evidence.</summary>
public sealed class AzureVtpmAppraiserTests
{
    private static readonly AzurePcrReference Image = new()
    {
        Name = "image",
        Bank = TpmAlgorithm.Sha256,
        Pcrs = new[] { 4, 7, 9 }.ToDictionary(index => index, AzureMaker.Pcr),
    };

    private static readonly AzureVtpmPolicy Good = MakePolicy();

    [Fact]
    public void Evidence_that_matches_is_accepted()
    {
        AttestationResult result = Appraise(new AzureMaker(), Good);
        Assert.True(result.Accepted, result.FirstFailure?.ToString());
    }

    [Fact]
    public void Kind_of_processor_without_policy_is_tee_kind() => AssertOnly(AttestationReason.TeeKind, "tee-kind", Appraise(new AzureMaker(), Good with { SevSnp = null }));

    [Fact]
    public void Hardware_policy_is_applied()
    {
        AssertOnly(AttestationReason.Measurement, "measurement", Appraise(new AzureMaker(), Good with { SevSnp = Good.SevSnp! with { References = [] } }));
        AssertOnly(AttestationReason.Debug, "debug", Appraise(new AzureMaker { Tee = options => options with { Policy = new SnpGuestPolicy(0xB_0000) } }, Good with
        {
            SevSnp = Good.SevSnp! with { References = [Good.SevSnp.References[0] with { Policy = new SnpGuestPolicy(0xB_0000) }] },
        }));
    }

    [Theory]
    [InlineData(4)]
    [InlineData(7)]
    [InlineData(9)]
    public void Pcr_that_differs_or_was_not_quoted_is_measurement(int index)
    {
        var pcrs = Image.Pcrs.ToDictionary();
        pcrs[index] = new byte[32];
        AttestationCheck failure = AssertOnly(AttestationReason.Measurement, "pcrs", Appraise(new AzureMaker(), Good with { PcrReferences = [Image with { Pcrs = pcrs }] }));
        Assert.Contains($"image: pcr{index}", failure.Actual, StringComparison.Ordinal);
        pcrs[index] = default;
        AssertOnly(AttestationReason.Measurement, "pcrs", Appraise(new AzureMaker(), Good with { PcrReferences = [Image with { Pcrs = pcrs }] }));
        var without = new PcrSet(0xFF_FFFF & ~(1u << index));
        AssertOnly(AttestationReason.Measurement, "pcrs", Appraise(new AzureMaker { Selections = [new PcrSelection(TpmAlgorithm.Sha256, without)] }, Good));
    }

    [Fact]
    public void Empty_references_accept_nothing()
    {
        AssertOnly(AttestationReason.Measurement, "pcrs", Appraise(new AzureMaker(), Good with { PcrReferences = [] }));
        AssertOnly(AttestationReason.Measurement, "pcrs", Appraise(new AzureMaker(), Good with { PcrReferences = [Image with { Pcrs = new Dictionary<int, ReadOnlyMemory<byte>>() }] }));
        AssertOnly(AttestationReason.Measurement, "pcrs", Appraise(new AzureMaker(), Good with { PcrReferences = [Image with { Bank = TpmAlgorithm.Sha384 }] }));
    }

    [Theory]
    [InlineData("\"secure-boot\":false")]
    [InlineData("\"secure-boot\":\"true\"")]
    [InlineData("\"secure-boot\":null")]
    [InlineData("\"Secure-Boot\":true")]
    public void Secure_boot_that_is_not_plainly_on_is_secure_boot(string member)
    {
        var maker = new AzureMaker { Configuration = new AzureMaker().Configuration.Replace("\"secure-boot\":true", member, StringComparison.Ordinal) };
        AssertOnly(AttestationReason.SecureBoot, "secure-boot", Appraise(maker, Good));
        Assert.True(Appraise(maker, Good with { RequireSecureBoot = false }).Accepted);
    }

    [Theory]
    [InlineData("console-enabled", false)]
    [InlineData("tpm-enabled", false)]
    [InlineData("tpm-persisted", true)]
    [InlineData("tpm-persisted", false)]
    [InlineData("vmUniqueId", true)]
    public void Setting_that_differs_or_is_missing_is_vm_configuration(string name, bool wanted) =>
        AssertOnly(AttestationReason.VmConfiguration, $"vm-configuration {name}", Appraise(new AzureMaker(), Good with { VmSettings = new Dictionary<string, bool> { [name] = wanted } }));

    [Fact]
    public void Other_vm_is_vm_id()
    {
        AssertOnly(AttestationReason.VmId, "vm-id", Appraise(new AzureMaker(), Good with { Vm = new AzureVmRule.Exactly(Guid.Empty) }));
        foreach (string configuration in new[] { """{"secure-boot":true,"console-enabled":true}""", """{"secure-boot":true,"console-enabled":true,"vmUniqueId":7}""", """{"secure-boot":true,"console-enabled":true,"vmUniqueId":""}""" })
            AssertOnly(AttestationReason.VmId, "vm-id", Appraise(new AzureMaker { Configuration = configuration }, Good));
        Assert.True(Appraise(new AzureMaker { Configuration = """{"secure-boot":true,"console-enabled":true}""" }, Good with { Vm = new AzureVmRule.Any() }).Accepted);
    }

    [Fact]
    public void Other_user_data_is_user_data()
    {
        AssertOnly(AttestationReason.UserData, "user-data", Appraise(new AzureMaker(), Good with { UserData = new AzureUserDataRule.Exactly(new byte[64]) }));
        AssertOnly(AttestationReason.UserData, "user-data", Appraise(new AzureMaker(), Good with { UserData = new AzureUserDataRule.Exactly(default) }));
        Assert.True(Appraise(new AzureMaker(), Good with { UserData = new AzureUserDataRule.NotChecked() }).Accepted);
    }

    private static AzureVtpmPolicy MakePolicy()
    {
        using var tee = new DevelopmentTee(Vendors.Genoa, Vendors.TeeOptions);
        return new AzureVtpmPolicy
        {
            SevSnp = Vendors.PolicyFor(tee).SevSnp! with { ReportData = new SnpReportDataRule.NotChecked() },
            Tdx = null,
            PcrReferences = [Image with { Name = "other", Pcrs = new Dictionary<int, ReadOnlyMemory<byte>> { [4] = new byte[32] } }, Image],
            RequireSecureBoot = true,
            VmSettings = new Dictionary<string, bool> { ["console-enabled"] = true },
            Vm = new AzureVmRule.Exactly(AzureMaker.VmId),
            UserData = new AzureUserDataRule.Exactly(AzureMaker.UserData),
        };
    }

    private static AttestationResult Appraise(AzureMaker maker, AzureVtpmPolicy policy) => AzureVtpmAppraiser.Appraise(AzureVtpmVerifierTests.Verify(maker.Make()).Evidence!, policy);

    private static AttestationCheck AssertOnly(AttestationReason reason, string name, AttestationResult result)
    {
        AttestationCheck failure = Assert.Single(result.Checks, check => check.Outcome == CheckOutcome.Failed);
        Assert.Equal((reason, name), (failure.Reason, failure.Name));
        Assert.NotEmpty(failure.Explanation);
        return failure;
    }
}
