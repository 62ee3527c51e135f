namespace Errand.Attestation.Tests;

/// <summary>One policy that a document satisfies, then each of its rules against another document or value.</summary>
public sealed class NitroAppraiserTests
{
    private static readonly NitroReference Image = new()
    {
        Name = "image",
        Source = NitroSource.Enclave,
        Pcrs = new[] { 0, 1, 2, 4 }.ToDictionary(index => index, index => (ReadOnlyMemory<byte>)NitroMaker.Pcr(index)),
    };

    private static readonly NitroPolicy Good = new()
    {
        References = [Image with { Name = "other", Pcrs = Replace(0, new byte[48]) }, Image],
        Module = new NitroModuleRule.Exactly(NitroMaker.ModuleId),
        Nonce = new NitroFieldRule.Exactly(NitroMaker.Nonce),
        UserData = new NitroFieldRule.Exactly(NitroMaker.UserData),
        PublicKey = new NitroFieldRule.Exactly(NitroMaker.PublicKey),
        AgeMax = TimeSpan.FromMinutes(10),
        AheadMax = TimeSpan.FromSeconds(30),
    };

    [Fact]
    public void Document_that_matches_is_accepted_until_it_is_too_old()
    {
        AttestationResult result = Appraise(new NitroMaker(), Good);
        Assert.True(result.Accepted, result.FirstFailure?.ToString());
        Assert.Equal(NitroMaker.Timestamp.AddMinutes(10), result.WillFailAt!.Until);
        Assert.Equal("document-age", result.WillFailAt.Check);
    }

    [Fact]
    public void Debug_enclave_is_debug_under_any_policy()
    {
        var maker = new NitroMaker();
        maker.Set("pcrs", NitroMaker.Pcrs(Enumerable.Range(0, 16).Select(index => (index, new byte[48]))));
        NitroReference zero = Image with { Pcrs = Enumerable.Range(0, 3).ToDictionary(index => index, _ => (ReadOnlyMemory<byte>)new byte[48]) };
        AssertOnly(AttestationReason.Debug, "debug", Appraise(maker, Good with { References = [zero] }));
    }

    [Fact]
    public void Empty_reference_list_accepts_nothing() => AssertOnly(AttestationReason.Measurement, "measurement", Appraise(new NitroMaker(), Good with { References = [] }));

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(4)]
    [InlineData(8)]
    [InlineData(31)]
    public void Pcr_that_differs_or_is_missing_is_measurement(int index)
    {
        byte[] value = NitroMaker.Pcr(index);
        value[47] ^= 1;
        AttestationCheck failure = AssertOnly(AttestationReason.Measurement, "measurement", Appraise(new NitroMaker(), Good with { References = [Image with { Pcrs = Replace(index, value) }] }));
        Assert.Contains($"image: pcr{index}", failure.Actual, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public void Reference_that_leaves_out_an_image_pcr_matches_nothing(int index)
    {
        var pcrs = Image.Pcrs.Where(pcr => pcr.Key != index).ToDictionary();
        AssertOnly(AttestationReason.Measurement, "measurement", Appraise(new NitroMaker(), Good with { References = [Image with { Pcrs = pcrs }] }));
        AssertOnly(AttestationReason.Measurement, "measurement", Appraise(new NitroMaker(), Good with { References = [Image with { Pcrs = Replace(index, []) }] }));
    }

    [Fact]
    public void Instance_document_matches_only_references_of_instances()
    {
        var maker = new NitroMaker();
        maker.Members[3] = ("nitrotpm_pcrs", NitroMaker.Pcrs([(0, new byte[48]), (4, NitroMaker.Pcr(4)), (7, new byte[48])]));
        AssertOnly(AttestationReason.Measurement, "measurement", Appraise(maker, Good));
        NitroReference instance = new() { Name = "instance", Source = NitroSource.NitroTpm, Pcrs = new Dictionary<int, ReadOnlyMemory<byte>> { [4] = NitroMaker.Pcr(4) } };
        AttestationResult result = Appraise(maker, Good with { References = [instance] });
        Assert.True(result.Accepted, result.FirstFailure?.ToString());
        AssertOnly(AttestationReason.Measurement, "measurement", Appraise(new NitroMaker(), Good with { References = [instance] }));
        AssertOnly(AttestationReason.Measurement, "measurement", Appraise(maker, Good with { References = [instance with { Pcrs = new Dictionary<int, ReadOnlyMemory<byte>>() }] }));
    }

    [Fact]
    public void Module_rule_is_module_id()
    {
        AssertOnly(AttestationReason.ModuleId, "module-id", Appraise(new NitroMaker(), Good with { Module = new NitroModuleRule.Exactly("i-0827e799ec9232d44") }));
        AssertOnly(AttestationReason.ModuleId, "module-id", Appraise(new NitroMaker(), Good with { Module = new NitroModuleRule.OfInstance("i-0827e799ec9232d4") }));
        AssertOnly(AttestationReason.ModuleId, "module-id", Appraise(new NitroMaker(), Good with { Module = new NitroModuleRule.OfInstance("") }));
        Assert.True(Appraise(new NitroMaker(), Good with { Module = new NitroModuleRule.OfInstance("i-0827e799ec9232d44") }).Accepted);
        AttestationResult any = Appraise(new NitroMaker(), Good with { Module = new NitroModuleRule.Any() });
        Assert.True(any.Accepted);
        Assert.Equal(CheckOutcome.NotChecked, any.Find("module-id")!.Outcome);
    }

    public static TheoryData<string, string, AttestationReason> Fields() => new()
    {
        { "nonce", "nonce", AttestationReason.Nonce },
        { "user_data", "user-data", AttestationReason.UserData },
        { "public_key", "public-key", AttestationReason.PublicKey },
    };

    [Theory]
    [MemberData(nameof(Fields))]
    public void Field_that_differs_is_missing_or_not_wanted_has_its_reason(string member, string check, AttestationReason reason)
    {
        var other = new NitroMaker();
        other.Set(member, CborMaker.Bytes([1]));
        AssertOnly(reason, check, Appraise(other, Good));
        var without = new NitroMaker();
        without.Set(member, CborMaker.Null);
        AssertOnly(reason, check, Appraise(without, Good));
        AssertOnly(reason, check, Appraise(without, With(member, new NitroFieldRule.Exactly(default))));
        AssertOnly(reason, check, Appraise(new NitroMaker(), With(member, new NitroFieldRule.Absent())));
        Assert.True(Appraise(without, With(member, new NitroFieldRule.Absent())).Accepted);
        AttestationResult notChecked = Appraise(other, With(member, new NitroFieldRule.NotChecked()));
        Assert.True(notChecked.Accepted);
        Assert.Equal(CheckOutcome.NotChecked, notChecked.Find(check)!.Outcome);
    }

    [Fact]
    public void Document_too_old_or_of_the_future_is_document_age()
    {
        byte[] document = new NitroMaker().Make();
        VerifiedNitroDocument verified = NitroVerifierTests.Verify(document).Document!;
        Assert.True(NitroAppraiser.Appraise(verified, Good, NitroMaker.Timestamp.AddMinutes(10)).Accepted);
        AssertOnly(AttestationReason.DocumentAge, "document-age", NitroAppraiser.Appraise(verified, Good, NitroMaker.Timestamp.AddMinutes(10).AddMilliseconds(1)));
        Assert.True(NitroAppraiser.Appraise(verified, Good, NitroMaker.Timestamp.AddSeconds(-30)).Accepted);
        AssertOnly(AttestationReason.DocumentAge, "document-age", NitroAppraiser.Appraise(verified, Good, NitroMaker.Timestamp.AddSeconds(-30).AddMilliseconds(-1)));
        Assert.Null(NitroAppraiser.Appraise(verified, Good with { AgeMax = TimeSpan.MaxValue }, NitroPki.Now).WillFailAt);
    }

    private static NitroPolicy With(string member, NitroFieldRule rule) => member switch
    {
        "nonce" => Good with { Nonce = rule },
        "user_data" => Good with { UserData = rule },
        _ => Good with { PublicKey = rule },
    };

    private static Dictionary<int, ReadOnlyMemory<byte>> Replace(int index, byte[] value) => new(Image.Pcrs) { [index] = value };

    private static AttestationResult Appraise(NitroMaker maker, NitroPolicy policy) => NitroAppraiser.Appraise(NitroVerifierTests.Verify(maker.Make()).Document!, policy, NitroPki.Now);

    private static AttestationCheck AssertOnly(AttestationReason reason, string name, AttestationResult result)
    {
        AttestationCheck failure = Assert.Single(result.Checks, check => check.Outcome == CheckOutcome.Failed);
        Assert.Equal((reason, name), (failure.Reason, failure.Name));
        Assert.NotEmpty(failure.Explanation);
        return failure;
    }
}
