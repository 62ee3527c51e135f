namespace Errand.Attestation.Tests;

/// <summary>TDX evidence as it travels, with its collateral, and what a network's policy makes of it.</summary>
public sealed class TdxEvidenceTests
{
    private static readonly IntelScene Scene = new(new QuoteOptions());

    private static readonly TeeEvidence Evidence = new(TeeKind.Tdx, Scene.QuoteBytes(), []) { Collateral = Scene.Collateral() };

    private static TeePolicy Policy => new() { Roots = Scene.Vendor.Roots, SevSnp = null, Tdx = IntelPolicies.For(TdReport.TryParse(Scene.Quote.Body)!) };

    [Fact]
    public void Evidence_comes_back_and_encodes_to_itself()
    {
        byte[] encoded = Evidence.Encode();
        Assert.True(TeeEvidence.TryParse(encoded, out TeeEvidence? read));
        Assert.Equal(encoded, read.Encode());
        Assert.Equal(IntelCollateralCbor.Encode(Evidence.Collateral!), IntelCollateralCbor.Encode(read.Collateral!));
        for (int i = 0; i < encoded.Length; i++) Assert.False(TeeEvidence.TryParse(encoded.AsSpan(0, i), out _));
        Assert.False(TeeEvidence.TryParse([.. encoded, 0], out _));
    }

    [Fact]
    public void Collateral_goes_with_quotes_and_with_nothing_else()
    {
        Assert.False(TeeEvidence.TryParse((Evidence with { Collateral = null }).Encode(), out _));
        Assert.False(TeeEvidence.TryParse((Evidence with { Kind = TeeKind.SevSnp }).Encode(), out _));
        Assert.False(TeeEvidence.TryParse((Evidence with { Certificates = [new byte[] { 1 }] }).Encode(), out _));
    }

    [Fact]
    public void Collateral_of_another_form_is_refused()
    {
        byte[] encoded = IntelCollateralCbor.Encode(IntelCollateral.None);
        Assert.True(IntelCollateralCbor.TryParse(encoded, out IntelCollateral? none));
        Assert.False(none.IsWhole);
        Assert.True(Scene.Collateral().IsWhole);
        for (int i = 0; i < encoded.Length; i++) Assert.False(IntelCollateralCbor.TryParse(encoded.AsSpan(0, i), out _));
        Assert.False(IntelCollateralCbor.TryParse([.. encoded, 0], out _));
        Assert.False(IntelCollateralCbor.TryParse(IntelCollateralCbor.Encode(IntelCollateral.None with { TcbInfo = new byte[IntelCollateralCbor.SizeMax] }), out _));
        Assert.False(IntelCollateralCbor.TryParse(IntelCollateralCbor.Encode(IntelCollateral.None with { TcbInfoChain = [.. Enumerable.Repeat((ReadOnlyMemory<byte>)new byte[1], CertificateChain.LengthMax + 1)] }), out _));
    }

    [Fact]
    public void Domain_that_the_policy_lists_is_accepted_and_its_processor_named()
    {
        TeeAppraisal appraisal = TeeAppraiser.Appraise(Evidence, Policy, Scene.At);
        Assert.True(appraisal.Result.Accepted, appraisal.Result.FirstFailure?.ToString());
        Assert.Equal([.. Scene.Quote.Pck.Ppid, .. new byte[48]], appraisal.ChipId!.Value.ToArray());
        Assert.Equal(appraisal.ChipId.Value.ToArray(), Evidence.ReadChipId()!.Value.ToArray());
        Assert.Equal(64, appraisal.ReportData!.Value.Length);
        Assert.True(appraisal.IsDevelopment);
    }

    [Fact]
    public void Kind_that_the_policy_does_not_list_is_refused()
    {
        AttestationResult result = TeeAppraiser.Appraise(Evidence, Policy with { Tdx = null }, Scene.At).Result;
        Assert.Equal((false, AttestationReason.TeeKind), (result.Accepted, result.Reason));
    }

    [Fact]
    public void Quote_without_collateral_is_refused()
    {
        AttestationResult result = TeeAppraiser.Appraise(Evidence with { Collateral = IntelCollateral.None }, Policy, Scene.At).Result;
        Assert.Equal((false, AttestationReason.Collateral), (result.Accepted, result.Reason));
        Assert.Equal(AttestationReason.Collateral, TeeAppraiser.Appraise(Evidence with { Collateral = null }, Policy, Scene.At).Result.Reason);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Revocation_lists_are_not_left_out(bool root)
    {
        IntelCollateral less = root ? Scene.Collateral() with { RootCaCrl = default } : Scene.Collateral() with { PckCrl = default };
        Assert.Equal(AttestationReason.RevocationUnknown, TeeAppraiser.Appraise(Evidence with { Collateral = less }, Policy, Scene.At).Result.Reason);
    }

    [Fact]
    public void Domain_of_another_processor_is_chip_mismatch()
    {
        TeePolicy Of(IntelPlatformRule rule) => Policy with { Tdx = Policy.Tdx! with { Platform = Policy.Tdx.Platform with { Identity = rule } } };
        Assert.True(TeeAppraiser.Appraise(Evidence, Of(TdxChipId.ToRule(Evidence.ReadChipId()!.Value)), Scene.At).Result.Accepted);
        byte[] other = Evidence.ReadChipId()!.Value.ToArray();
        other[15] ^= 1;
        Assert.Equal(AttestationReason.ChipMismatch, TeeAppraiser.Appraise(Evidence, Of(TdxChipId.ToRule(other)), Scene.At).Result.Reason);
        // An id that another kind of TEE has, although it begins like this processor's.
        other[15] ^= 1;
        other[63] = 1;
        Assert.Equal(AttestationReason.ChipMismatch, TeeAppraiser.Appraise(Evidence, Of(TdxChipId.ToRule(other)), Scene.At).Result.Reason);
    }

    [Fact]
    public void Collateral_is_picked_from_files_by_the_quote_s_platform()
    {
        IntelCollateral collateral = Scene.Collateral();
        EvidenceFile[] files =
        [
            new("a", collateral.TcbInfo), new("b", collateral.QeIdentity), new("c", collateral.PckCrl), new("d", collateral.RootCaCrl),
            .. collateral.TcbInfoChain.Select((certificate, i) => new EvidenceFile($"e{i}", certificate)), new("readme", "not collateral"u8.ToArray()),
        ];
        IntelCollateral picked = IntelCollateral.Pick(Collateral.From(files), Evidence.Report.Span);
        Assert.True(picked.IsWhole);
        Assert.True(TeeAppraiser.Appraise(Evidence with { Collateral = picked }, Policy, Scene.At).Result.Accepted);
        Assert.True(IntelCollateral.Pick(Collateral.None, Evidence.Report.Span).TcbInfo.IsEmpty);
        // Another platform's TCB info is none of this one's.
        Assert.False(IntelCollateral.Pick(Collateral.From([new EvidenceFile("a", new IntelScene(QuoteOptions.Sgx).Collateral().TcbInfo), .. files[1..]]), Evidence.Report.Span).IsWhole);
    }

    [Fact]
    public void Bytes_that_are_no_quote_name_no_processor()
    {
        Assert.Null((Evidence with { Report = new byte[100] }).ReadChipId());
        Assert.Null((Evidence with { Report = new IntelScene(QuoteOptions.Sgx).QuoteBytes() }).ReadChipId());
    }
}
