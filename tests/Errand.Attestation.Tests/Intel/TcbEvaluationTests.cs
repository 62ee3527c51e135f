using System.Text.Json.Nodes;

namespace Errand.Attestation.Tests;

/// <summary>Which level a platform reaches, and how the statuses of platform, module and quoting enclave join.</summary>
public sealed class TcbEvaluationTests
{
    [Theory]
    [InlineData(0, 4, "OutOfDate")] // below the first level's 5
    [InlineData(0, 3, "NotSupported")] // below every level
    [InlineData(7, 4, "NotSupported")]
    [InlineData(15, 9, "UpToDate")] // above the first level's 0
    public void Platform_reaches_the_first_level_that_none_of_its_components_is_below(int component, byte value, string expected)
    {
        byte[] components = new PckOptions().Components;
        components[component] = value;
        AssertStatus(expected, new IntelScene(QuoteOptions.Sgx with { Pck = new PckOptions { Components = components } }));
    }

    [Theory]
    [InlineData(13, "UpToDate")]
    [InlineData(12, "Revoked")]
    [InlineData(5, "Revoked")]
    [InlineData(4, "NotSupported")]
    public void Pcesvn_counts_too(int pceSvn, string expected) => AssertStatus(expected, new IntelScene(QuoteOptions.Sgx with { Pck = new PckOptions { PceSvn = pceSvn } }));

    [Theory]
    [InlineData(3, "UpToDate")]
    [InlineData(2, "OutOfDate")]
    [InlineData(1, "NotSupported")]
    public void Tdx_components_count_from_the_third_on_with_a_module_of_its_own_levels(byte component, string expected) => AssertStatus(expected, Tdx(svn => svn[2] = component));

    [Theory]
    [InlineData(5, "UpToDate")]
    [InlineData(4, "Revoked")] // the third level asks for 4; its SGX part is reached as well
    [InlineData(3, "NotSupported")]
    public void Tdx_components_count_from_the_first_on_with_module_version_0(byte component, string expected)
    {
        IntelScene scene = Tdx(svn =>
        {
            svn[0] = component;
            svn[1] = 0;
        });
        AssertStatus(expected, scene);
        Assert.Equal(("TDX_00", true, null), (scene.Verify().Tcb!.Module!.Id, scene.Verify().Tcb!.Module!.Matches, scene.Verify().Tcb!.Module!.Level));
    }

    [Theory]
    [InlineData(6, 1, "UpToDate")]
    [InlineData(5, 1, "OutOfDate")]
    [InlineData(3, 1, "Revoked")]
    [InlineData(1, 1, "NotSupported")]
    [InlineData(3, 3, "UpToDate")]
    [InlineData(2, 3, "NotSupported")]
    public void Module_counts_by_its_own_levels(byte isvSvn, byte version, string expected) => AssertStatus(expected, Tdx(svn =>
    {
        svn[0] = isvSvn;
        svn[1] = version;
    }));

    [Fact]
    public void Module_that_is_not_listed_is_tdx_module()
    {
        Tdx(svn => svn[1] = 2).AssertRejected(AttestationReason.TdxModule, "tdx-module", "tcb-level");
        Changed(body => body[0x40] = 1).AssertRejected(AttestationReason.TdxModule, "tdx-module"); // MRSIGNERSEAM
        Changed(body => body[0x70] = 1).AssertRejected(AttestationReason.TdxModule, "tdx-module"); // SEAMATTRIBUTES
        JsonObject info = CollateralMaker.TcbInfo(IntelTeeType.Tdx);
        info.Remove("tdxModuleIdentities");
        new IntelScene(new QuoteOptions()) { TcbInfo = info }.AssertRejected(AttestationReason.TdxModule, "tdx-module", "tcb-level");
    }

    [Fact]
    public void Module_id_is_compared_without_case()
    {
        JsonObject info = CollateralMaker.TcbInfo(IntelTeeType.Tdx);
        info["tdxModuleIdentities"]![0]!["id"] = "TDX_0a";
        var scene = new IntelScene(new QuoteOptions { Body = Body(svn => (svn[0], svn[1]) = (3, 10)) }) { TcbInfo = info };
        AssertStatus("UpToDate", scene);
    }

    [Theory]
    [InlineData(6, "UpToDate")]
    [InlineData(5, "OutOfDate")]
    [InlineData(3, "Revoked")]
    [InlineData(1, "NotSupported")]
    public void Quoting_enclave_counts_by_its_levels(byte isvSvn, string expected)
    {
        byte[] report = Bodies.Qe(signer: 0x8C, product: 1);
        report[0x102] = isvSvn;
        AssertStatus(expected, new IntelScene(QuoteOptions.Sgx with { QeReport = report }));
    }

    [Theory]
    [InlineData(0x80, "signer")]
    [InlineData(0x100, "product")]
    [InlineData(0x10, "MISCSELECT")]
    [InlineData(0x30, "attributes")] // bit 0, INIT
    public void Quoting_enclave_that_differs_is_qe_identity(int offset, string word)
    {
        byte[] report = Bodies.Qe(signer: 0x8C, product: 1);
        report[offset] ^= 1;
        var scene = new IntelScene(QuoteOptions.Sgx with { QeReport = report });
        scene.AssertRejected(AttestationReason.QeIdentity, "qe-identity");
        Assert.Contains($"{word} differs", scene.Verify().Result.FirstFailure!.Actual, StringComparison.Ordinal);
    }

    [Fact]
    public void Masked_attributes_of_the_quoting_enclave_do_not_count()
    {
        byte[] report = Bodies.Qe(signer: 0x8C, product: 1);
        report[0x30] |= 0x04; // MODE64BIT
        report[0x38] = 0x03; // XFRM
        AssertStatus("UpToDate", new IntelScene(QuoteOptions.Sgx with { QeReport = report }));
    }

    [Theory]
    [InlineData("UpToDate", "OutOfDate")]
    [InlineData("SWHardeningNeeded", "OutOfDate")]
    [InlineData("ConfigurationNeeded", "OutOfDateConfigurationNeeded")]
    [InlineData("ConfigurationAndSWHardeningNeeded", "OutOfDateConfigurationNeeded")]
    [InlineData("OutOfDate", "OutOfDate")]
    [InlineData("OutOfDateConfigurationNeeded", "OutOfDateConfigurationNeeded")]
    [InlineData("Revoked", "Revoked")]
    public void Old_module_or_quoting_enclave_makes_the_platform_out_of_date(string platform, string expected)
    {
        JsonObject info = Info(IntelTeeType.Tdx, platform);
        AssertStatus(platform, new IntelScene(new QuoteOptions()) { TcbInfo = info });
        AssertStatus(expected, new IntelScene(new QuoteOptions { Body = Body(svn => svn[0] = 5) }) { TcbInfo = info });
        byte[] report = Bodies.Qe(signer: 0xDC, product: 2);
        report[0x102] = 5;
        AssertStatus(expected, new IntelScene(new QuoteOptions { QeReport = report }) { TcbInfo = info });
    }

    [Theory]
    [InlineData("UpToDate", "TDRelaunchAdvised")]
    [InlineData("SWHardeningNeeded", "TDRelaunchAdvised")]
    [InlineData("ConfigurationNeeded", "TDRelaunchAdvisedConfigurationNeeded")]
    [InlineData("ConfigurationAndSWHardeningNeeded", "TDRelaunchAdvisedConfigurationNeeded")]
    [InlineData("OutOfDate", "OutOfDate")]
    [InlineData("Revoked", "Revoked")]
    public void Module_updated_under_the_domain_advises_to_launch_again(string platform, string expected) =>
        AssertStatus(expected, Relaunched(_ => { }, Info(IntelTeeType.Tdx, platform)));

    [Theory]
    [InlineData(7, 1, 2)] // late microcode below the latest level
    [InlineData(5, 1, 3)] // module updated, but not to its latest level
    [InlineData(7, 2, 3)] // a module that is not listed
    [InlineData(4, 0, 3)] // version 0 counts by the platform's component
    public void Domain_is_out_of_date_unless_everything_running_is_the_latest(byte isvSvn, byte version, byte microcode) => AssertStatus("OutOfDate", Relaunched(svn =>
    {
        svn[0] = isvSvn;
        svn[1] = version;
        svn[2] = microcode;
    }));

    [Fact]
    public void Old_quoting_enclave_does_not_advise_to_launch_again()
    {
        byte[] report = Bodies.Qe(signer: 0xDC, product: 2);
        report[0x102] = 5;
        IntelScene scene = Relaunched(_ => { });
        AssertStatus("OutOfDate", new IntelScene(scene.Quote with { QeReport = report }));
    }

    [Fact]
    public void Old_module_that_runs_on_is_out_of_date()
    {
        byte[] body = Bodies.Td(TdReport.Size15);
        body[0] = body[0x248] = 5;
        AssertStatus("OutOfDate", new IntelScene(QuoteOptions.Tdx15 with { Body = body }));
    }

    [Fact]
    public void Advisories_dates_and_numbers_of_all_parts_are_joined()
    {
        JsonObject identity = CollateralMaker.Identity(IntelTeeType.Tdx);
        identity["tcbEvaluationDataNumber"] = 17;
        byte[] report = Bodies.Qe(signer: 0xDC, product: 2);
        report[0x102] = 5;
        var scene = new IntelScene(new QuoteOptions { Body = Body(svn => (svn[0], svn[2]) = (5, 2)), QeReport = report }) { Identity = identity };
        TcbEvaluation tcb = scene.Verify().Tcb!;
        Assert.Equal(["INTEL-SA-00615", "INTEL-SA-01036", "INTEL-SA-01079"], tcb.Advisories);
        Assert.Equal(new DateTimeOffset(2025, 3, 13, 0, 0, 0, TimeSpan.Zero), tcb.TcbDate);
        Assert.Equal(17, tcb.EvaluationDataNumber);
    }

    private static JsonObject Info(IntelTeeType tee, string status)
    {
        JsonObject info = CollateralMaker.TcbInfo(tee);
        info["tcbLevels"]![0]!["tcbStatus"] = status;
        return info;
    }

    /// <summary>A domain launched under an old module, on a platform whose module was updated since.</summary>
    private static IntelScene Relaunched(Action<byte[]> changeRunning, JsonObject? info = null)
    {
        byte[] body = Bodies.Td(TdReport.Size15);
        body[0] = 5;
        byte[] running = body[0x248..0x258];
        changeRunning(running);
        running.CopyTo(body, 0x248);
        return new IntelScene(QuoteOptions.Tdx15 with { Body = body }) { TcbInfo = info ?? CollateralMaker.TcbInfo(IntelTeeType.Tdx) };
    }

    private static byte[] Body(Action<byte[]> change)
    {
        byte[] body = Bodies.Td();
        change(body);
        return body;
    }

    private static IntelScene Changed(Action<byte[]> change) => new(new QuoteOptions { Body = Body(change) });

    private static IntelScene Tdx(Action<byte[]> change) => Changed(change);

    private static void AssertStatus(string expected, IntelScene scene)
    {
        (AttestationResult result, TcbEvaluation? tcb) = scene.Verify();
        Assert.Equal(expected, tcb!.Status.ToString());
        Assert.Equal(expected == "NotSupported" ? AttestationReason.TcbLevelNotFound : AttestationReason.None, result.Reason);
    }
}
