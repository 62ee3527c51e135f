using System.Text.Json.Nodes;

namespace Errand.Attestation.Tests;

/// <summary>What a policy can demand of the platform of an authentic quote.</summary>
public sealed class IntelPlatformAppraiserTests
{
    private static readonly TdxPolicy Policy = IntelPolicies.For(TdReport.TryParse(Bodies.Td())!);

    [Theory]
    [InlineData("SWHardeningNeeded")]
    [InlineData("ConfigurationNeeded")]
    [InlineData("ConfigurationAndSWHardeningNeeded")]
    [InlineData("OutOfDate")]
    [InlineData("OutOfDateConfigurationNeeded")]
    public void Status_is_accepted_only_when_the_policy_allows_it(string status)
    {
        IntelScene scene = WithStatus(status);
        AssertFailure(scene, Policy.Platform, AttestationReason.TcbStatus, "tcb-status");
        AssertAccepted(scene, Policy.Platform with { AllowedStatuses = [Enum.Parse<IntelTcbStatus>(status)] });
        AssertFailure(scene, Policy.Platform with { AllowedStatuses = [] }, AttestationReason.TcbStatus, "tcb-status");
    }

    [Fact]
    public void Revoked_tcb_is_refused_even_when_the_policy_allows_it() =>
        AssertFailure(WithStatus("Revoked"), Policy.Platform with { AllowedStatuses = Enum.GetValues<IntelTcbStatus>() }, AttestationReason.TcbStatus, "tcb-status");

    [Theory]
    [InlineData("tcbInfo")]
    [InlineData("identity")]
    public void T_31_collateral_below_the_floor_is_collateral_floor(string which)
    {
        JsonObject info = CollateralMaker.TcbInfo(IntelTeeType.Tdx);
        JsonObject identity = CollateralMaker.Identity(IntelTeeType.Tdx);
        (which == "identity" ? identity : info)["tcbEvaluationDataNumber"] = 17;
        var scene = new IntelScene(new QuoteOptions()) { TcbInfo = info, Identity = identity };
        AssertFailure(scene, Policy.Platform, AttestationReason.CollateralFloor, "evaluation-number");
        AssertAccepted(scene, Policy.Platform with { EvaluationDataNumberMin = 17 });
    }

    [Fact]
    public void Advisory_is_accepted_only_when_the_policy_lists_it()
    {
        JsonObject info = CollateralMaker.TcbInfo(IntelTeeType.Tdx);
        info["tcbLevels"]![0]!["advisoryIDs"] = new JsonArray("INTEL-SA-00615", "INTEL-SA-00657");
        var scene = new IntelScene(new QuoteOptions()) { TcbInfo = info };
        AssertFailure(scene, Policy.Platform, AttestationReason.Advisory, "advisories");
        AssertFailure(scene, Policy.Platform with { Advisories = new IntelAdvisoryRule.Only(["INTEL-SA-00615"]) }, AttestationReason.Advisory, "advisories");
        AssertAccepted(scene, Policy.Platform with { Advisories = new IntelAdvisoryRule.Only(["INTEL-SA-00657", "INTEL-SA-00615"]) });
        AssertAccepted(scene, Policy.Platform with { Advisories = new IntelAdvisoryRule.Any() });
    }

    [Fact]
    public void Missing_tcb_info_or_identity_is_collateral()
    {
        AssertFailure(With(collateral => collateral with { TcbInfo = default }), Policy.Platform, AttestationReason.Collateral, "tcb-collateral");
        AssertFailure(With(collateral => collateral with { QeIdentity = default }), Policy.Platform, AttestationReason.Collateral, "tcb-collateral");
    }

    [Fact]
    public void Missing_revocation_list_is_revocation_unknown_unless_the_policy_asks_for_none()
    {
        foreach (IntelScene scene in (IntelScene[])[With(collateral => collateral with { PckCrl = default }), With(collateral => collateral with { RootCaCrl = default })])
        {
            AssertFailure(scene, Policy.Platform, AttestationReason.RevocationUnknown, "revocation");
            AssertAccepted(scene, Policy.Platform with { RevocationRequired = false });
        }
    }

    [Fact]
    public void T_21_quote_of_another_platform_is_chip_mismatch()
    {
        var scene = new IntelScene(new QuoteOptions());
        var pck = new PckOptions();
        AssertFailure(scene, Policy.Platform with { Identity = new IntelPlatformRule.ExactlyProcessor(new byte[16]) }, AttestationReason.ChipMismatch, "platform-id");
        AssertFailure(scene, Policy.Platform with { Identity = new IntelPlatformRule.ExactlyInstance(new byte[16]) }, AttestationReason.ChipMismatch, "platform-id");
        AssertAccepted(scene, Policy.Platform with { Identity = new IntelPlatformRule.ExactlyInstance(pck.Instance) });
        AssertAccepted(scene, Policy.Platform with { Identity = new IntelPlatformRule.Any() });
    }

    [Fact]
    public void Platform_without_an_instance_is_chip_masked_when_one_is_asked_for()
    {
        var scene = new IntelScene(new QuoteOptions { Pck = new PckOptions { Instance = null } });
        AssertFailure(scene, Policy.Platform with { Identity = new IntelPlatformRule.ExactlyInstance(new byte[16]) }, AttestationReason.ChipMasked, "platform-id");
    }

    private static IntelScene With(Func<IntelCollateral, IntelCollateral> change) => new(new QuoteOptions()) { ChangeCollateral = change };

    private static IntelScene WithStatus(string status)
    {
        JsonObject info = CollateralMaker.TcbInfo(IntelTeeType.Tdx);
        info["tcbLevels"]![0]!["tcbStatus"] = status;
        return new IntelScene(new QuoteOptions()) { TcbInfo = info };
    }

    private static AttestationResult Appraise(IntelScene scene, IntelPlatformPolicy platform)
    {
        TdxVerification verification = scene.VerifyTdx();
        return TdxAppraiser.Appraise(verification.Quote ?? throw new InvalidOperationException(verification.Result.FirstFailure!.ToString()), Policy with { Platform = platform });
    }

    private static void AssertAccepted(IntelScene scene, IntelPlatformPolicy platform)
    {
        AttestationResult result = Appraise(scene, platform);
        Assert.True(result.Accepted, result.FirstFailure?.ToString());
    }

    private static void AssertFailure(IntelScene scene, IntelPlatformPolicy platform, AttestationReason reason, string check)
    {
        AttestationCheck failure = Assert.Single(Appraise(scene, platform).Checks, candidate => candidate.Outcome == CheckOutcome.Failed);
        Assert.Equal((reason, check), (failure.Reason, failure.Name));
    }
}
