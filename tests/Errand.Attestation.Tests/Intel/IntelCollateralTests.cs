using System.Text;
using System.Text.Json.Nodes;

namespace Errand.Attestation.Tests;

/// <summary>Signed documents: their signatures, times, form, and that they are about this platform.</summary>
public sealed class IntelCollateralTests
{
    private static IntelVendor Vendor => IntelVendor.Shared;

    [Fact]
    public void Missing_documents_are_not_checked()
    {
        TdxVerification verification = TdxVerifier.Verify(new IntelScene(new QuoteOptions()).QuoteBytes(), IntelCollateral.None, Vendor.Roots, IntelScene.Now);
        Assert.True(verification.Result.Accepted);
        Assert.Null(verification.Tcb);
        Assert.Null(verification.Quote!.Platform.Tcb);
        Assert.Equal(["ca-revocation", "pck-revocation", "tcb-info", "qe-identity-document"], verification.Result.Checks.Where(check => check.Outcome == CheckOutcome.NotChecked).Select(check => check.Name));
    }

    [Fact]
    public void Tcb_info_signed_in_another_layout_is_taken_as_it_stands()
    {
        string content = CollateralMaker.TcbInfo(IntelTeeType.Tdx).ToJsonString().Replace(",\"", " ,\n\t\"", StringComparison.Ordinal);
        byte[] signed = Encoding.UTF8.GetBytes($$""" { "signature" : "{{Vendor.SignatureOver(content)}}" , "tcbInfo" : {{content}} } """ + "\n");
        Assert.True(WithTcbInfo(signed).Verify().Result.Accepted);
        string respaced = Encoding.UTF8.GetString(signed).Replace("\n\t", "\n ", StringComparison.Ordinal);
        WithTcbInfo(Encoding.UTF8.GetBytes(respaced)).AssertRejected(AttestationReason.Collateral, "tcb-info");
    }

    [Theory]
    [InlineData("\"tcbEvaluationDataNumber\":18", "\"tcbEvaluationDataNumber\":19")]
    [InlineData("\"tcbStatus\":\"OutOfDate\"", "\"tcbStatus\":\"UpToDate\"")]
    [InlineData("{\"tcbInfo\":", "{\"tcbInfo\": {},\"tcbInfo\":")] // a member twice
    [InlineData("{\"tcbInfo\":", "{\"x\":1,\"tcbInfo\":")]
    [InlineData("{\"tcbInfo\":", "{\"tcbinfo\":")]
    [InlineData("\"signature\":\"", "\"signature\":\"00")]
    public void Tcb_info_that_was_changed_is_collateral(string original, string changed)
    {
        string json = Encoding.UTF8.GetString(Vendor.Sign("tcbInfo", CollateralMaker.TcbInfo(IntelTeeType.Tdx)));
        Assert.Contains(original, json, StringComparison.Ordinal);
        WithTcbInfo(Encoding.UTF8.GetBytes(json.Replace(original, changed, StringComparison.Ordinal))).AssertRejected(AttestationReason.Collateral, "tcb-info");
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("")]
    [InlineData("[1]")]
    [InlineData("null")]
    [InlineData("{\"tcbInfo\":1,\"signature\":2}")]
    [InlineData("{\"tcbInfo\":{},\"signature\":\"zz\"}")]
    public void Bytes_that_are_no_tcb_info_are_collateral(string json) => WithTcbInfo(Encoding.UTF8.GetBytes(json + " ")).AssertRejected(AttestationReason.Collateral, "tcb-info");

    [Fact]
    public void Bytes_after_tcb_info_are_collateral() =>
        WithTcbInfo([.. Vendor.Sign("tcbInfo", CollateralMaker.TcbInfo(IntelTeeType.Tdx)), .. "{}"u8]).AssertRejected(AttestationReason.Collateral, "tcb-info");

    [Fact]
    public void Signed_member_twice_inside_is_collateral()
    {
        string content = CollateralMaker.TcbInfo(IntelTeeType.Tdx).ToJsonString().Replace("{\"id\":\"TDX\"", "{\"id\":\"SGX\",\"id\":\"TDX\"", StringComparison.Ordinal);
        WithTcbInfo(Vendor.Sign("tcbInfo", content)).AssertRejected(AttestationReason.Collateral, "tcb-info");
    }

    [Fact]
    public void Each_missing_member_is_collateral()
    {
        foreach (string name in CollateralMaker.TcbInfo(IntelTeeType.Tdx).Select(member => member.Key).Where(name => name != "tdxModuleIdentities").ToArray())
            new IntelScene(new QuoteOptions()) { TcbInfo = Without(CollateralMaker.TcbInfo(IntelTeeType.Tdx), name) }.AssertRejected(AttestationReason.Collateral, "tcb-info");
        foreach (string name in CollateralMaker.Identity(IntelTeeType.Tdx).Select(member => member.Key).ToArray())
            new IntelScene(new QuoteOptions()) { Identity = Without(CollateralMaker.Identity(IntelTeeType.Tdx), name) }.AssertRejected(AttestationReason.Collateral, "qe-identity-document");
    }

    [Theory]
    [InlineData("version", "4")]
    [InlineData("version", "1")]
    [InlineData("id", "\"TDY\"")]
    [InlineData("tcbType", "1")]
    [InlineData("issueDate", "\"2026-05-20\"")]
    [InlineData("nextUpdate", "\"2026-06-19T10:00:00+00:00\"")]
    [InlineData("fmspc", "\"90C06F00000\"")]
    [InlineData("fmspc", "\"90C06F0000GG\"")]
    [InlineData("pceId", "\"00\"")]
    [InlineData("tcbEvaluationDataNumber", "-1")]
    [InlineData("tcbEvaluationDataNumber", "1.5")]
    [InlineData("tcbEvaluationDataNumber", "\"18\"")]
    [InlineData("tcbLevels", "[]")]
    [InlineData("tcbLevels", "[1]")]
    [InlineData("tdxModule", "[]")]
    [InlineData("tdxModuleIdentities", "{}")]
    public void Each_malformed_member_is_collateral(string name, string value)
    {
        JsonObject info = CollateralMaker.TcbInfo(IntelTeeType.Tdx);
        info[name] = JsonNode.Parse(value);
        new IntelScene(new QuoteOptions()) { TcbInfo = info }.AssertRejected(AttestationReason.Collateral, "tcb-info");
    }

    [Theory]
    [InlineData("\"tcbStatus\":\"OutOfDate\"", "\"tcbStatus\":\"Fine\"")]
    [InlineData("\"tcbStatus\":\"OutOfDate\"", "\"tcbStatus\":\"TDRelaunchAdvised\"")]
    [InlineData("\"pcesvn\":13", "\"pcesvn\":65536")]
    [InlineData("\"svn\":5,", "\"svn\":256,")]
    [InlineData("\"isvsvn\":6", "\"isvsvn\":70000")]
    [InlineData("\"INTEL-SA-00106\"", "106")]
    [InlineData("\"isvsvn\":2},\"tcbDate\":\"2026-02-11T00:00:00Z\",\"tcbStatus\":\"Revoked\"", "\"isvsvn\":2},\"tcbDate\":\"2026-02-11T00:00:00Z\",\"tcbStatus\":\"SWHardeningNeeded\"")]
    public void Each_malformed_level_is_collateral(string original, string changed)
    {
        string content = CollateralMaker.TcbInfo(IntelTeeType.Tdx).ToJsonString();
        Assert.Contains(original, content, StringComparison.Ordinal);
        WithTcbInfo(Vendor.Sign("tcbInfo", content.Replace(original, changed, StringComparison.Ordinal))).AssertRejected(AttestationReason.Collateral, "tcb-info");
    }

    [Fact]
    public void T_32_collateral_after_its_next_update_or_before_its_issue_is_collateral_expired()
    {
        Assert.True(At("issueDate", IntelScene.Now).Verify().Result.Accepted);
        Assert.True(At("nextUpdate", IntelScene.Now).Verify().Result.Accepted);
        At("issueDate", IntelScene.Now.AddSeconds(1)).AssertRejected(AttestationReason.CollateralExpired, "tcb-info-validity");
        At("nextUpdate", IntelScene.Now.AddSeconds(-1)).AssertRejected(AttestationReason.CollateralExpired, "tcb-info-validity");
        JsonObject identity = CollateralMaker.Identity(IntelTeeType.Tdx);
        identity["nextUpdate"] = "2026-05-31T00:00:00Z";
        new IntelScene(new QuoteOptions()) { Identity = identity }.AssertRejected(AttestationReason.CollateralExpired, "qe-identity-document-validity");

        static IntelScene At(string name, DateTimeOffset time)
        {
            JsonObject info = CollateralMaker.TcbInfo(IntelTeeType.Tdx);
            info[name] = time.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", System.Globalization.DateTimeFormatInfo.InvariantInfo);
            return new IntelScene(new QuoteOptions()) { TcbInfo = info };
        }
    }

    [Fact]
    public void Document_signed_by_a_platforms_ca_is_collateral() => WithChain(Vendor.SigningChain("Intel SGX PCK Platform CA"));

    [Fact]
    public void Document_with_no_chain_or_a_long_one_is_collateral()
    {
        WithChain([]);
        WithChain([Vendor.SigningChain()[0]]);
        WithChain([.. Vendor.SigningChain(), Vendor.PckCa("Intel SGX PCK Platform CA")]);
    }

    [Fact]
    public void Document_of_another_root_is_collateral_even_when_that_root_is_pinned()
    {
        var other = new IntelVendor();
        var scene = new IntelScene(new QuoteOptions())
        {
            Roots = Vendor.Roots.DangerousPinDevelopmentRoot(RootClass.IntelSgx, "other", other.RootDigest),
            ChangeCollateral = collateral => collateral with { TcbInfo = other.Sign("tcbInfo", CollateralMaker.TcbInfo(IntelTeeType.Tdx)), TcbInfoChain = other.SigningChain() },
        };
        scene.AssertRejected(AttestationReason.Collateral, "tcb-info");
    }

    [Theory]
    [InlineData("fmspc", "00806F050000")]
    [InlineData("pceId", "0100")]
    public void Tcb_info_of_another_platform_is_collateral(string name, string value)
    {
        JsonObject info = CollateralMaker.TcbInfo(IntelTeeType.Tdx);
        info[name] = value;
        var scene = new IntelScene(new QuoteOptions()) { TcbInfo = info };
        scene.AssertRejected(AttestationReason.Collateral, "tcb-info-platform");
        TcbEvaluation tcb = scene.Verify().Tcb!;
        Assert.Equal((name != "fmspc", name != "pceId"), (tcb.FmspcMatches, tcb.PceIdMatches));
    }

    [Fact]
    public void Collateral_of_the_other_tee_is_refused()
    {
        new IntelScene(new QuoteOptions()) { TcbInfo = CollateralMaker.TcbInfo(IntelTeeType.Sgx) }.AssertRejected(AttestationReason.Collateral, "tcb-info-platform");
        new IntelScene(QuoteOptions.Sgx) { TcbInfo = CollateralMaker.TcbInfo(IntelTeeType.Tdx) }.AssertRejected(AttestationReason.Collateral, "tcb-info-platform");
        new IntelScene(new QuoteOptions()) { TcbInfo = CollateralMaker.TcbInfoV2() }.AssertRejected(AttestationReason.Collateral, "tcb-info-platform");
        JsonObject identity = CollateralMaker.Identity(IntelTeeType.Tdx);
        identity["id"] = "QE";
        new IntelScene(new QuoteOptions()) { Identity = identity }.AssertRejected(AttestationReason.QeIdentity, "qe-identity");
    }

    [Fact]
    public void Tcb_info_version_2_serves_sgx()
    {
        (AttestationResult result, TcbEvaluation? tcb) = new IntelScene(QuoteOptions.Sgx) { TcbInfo = CollateralMaker.TcbInfoV2() }.Verify();
        Assert.True(result.Accepted, result.FirstFailure?.ToString());
        Assert.Equal(IntelTcbStatus.UpToDate, tcb!.Status);
    }

    private static JsonObject Without(JsonObject json, string name)
    {
        Assert.True(json.Remove(name));
        return json;
    }

    private static IntelScene WithTcbInfo(byte[] json) => new(new QuoteOptions()) { ChangeCollateral = collateral => collateral with { TcbInfo = json } };

    private static void WithChain(IReadOnlyList<ReadOnlyMemory<byte>> chain) =>
        new IntelScene(new QuoteOptions()) { ChangeCollateral = collateral => collateral with { TcbInfoChain = chain } }.AssertRejected(AttestationReason.Collateral, "tcb-info");
}
