using CsCheck;

namespace Errand.Attestation.Tests;

public sealed class TdxTuplesTests
{
    private static readonly TdxReference Reference = IntelPolicies.For(TdReport.TryParse(Bodies.Td())!).References[0];

    private static readonly TdxFloor Floor = new(18, [IntelTcbStatus.UpToDate, IntelTcbStatus.SWHardeningNeeded], ["INTEL-SA-00615", "INTEL-SA-00657"]);

    [Fact]
    public void Reference_value_comes_back_and_matches_what_it_matched()
    {
        byte[] encoded = TdxTuples.Encode(Reference);
        Assert.True(TdxTuples.TryDecodeReference(encoded, out TdxReference? read));
        Assert.Equal(encoded, TdxTuples.Encode(read));
        Assert.Null(read.FirstDifference(TdReport.TryParse(Bodies.Td())!));
        Assert.Equal(Reference.Rtmr3.ToArray(), read.Rtmr3.ToArray());
        Assert.Equal("image", read.Name);
    }

    [Fact]
    public void Each_register_stands_in_its_own_field()
    {
        ReadOnlyMemory<byte> ones = Enumerable.Repeat((byte)0xFF, 48).ToArray();
        (string Field, TdxReference Changed)[] changes =
        [
            ("mrtd", Reference with { MrTd = ones }), ("rtmr0", Reference with { Rtmr0 = ones }), ("rtmr1", Reference with { Rtmr1 = ones }), ("rtmr2", Reference with { Rtmr2 = ones }),
            ("mrseam", Reference with { MrSeam = ones }), ("mrsignerseam", Reference with { MrSignerSeam = ones }), ("attributes", Reference with { Attributes = new TdAttributes(1) }),
            ("xfam", Reference with { Xfam = 1 }), ("mrconfigid", Reference with { MrConfigId = ones }), ("mrowner", Reference with { MrOwner = ones }),
            ("mrownerconfig", Reference with { MrOwnerConfig = ones }), ("mrservicetd", Reference with { MrServiceTd = ones }),
        ];
        Assert.All(changes, change =>
        {
            Assert.True(TdxTuples.TryDecodeReference(TdxTuples.Encode(change.Changed), out TdxReference? read));
            Assert.Equal(change.Field, read.FirstDifference(TdReport.TryParse(Bodies.Td())!));
        });
    }

    [Fact]
    public void Reference_value_of_another_form_is_refused()
    {
        Assert.False(TdxTuples.TryDecodeReference(TdxTuples.Encode(Reference with { MrTd = new byte[47] }), out _));
        Assert.False(TdxTuples.TryDecodeReference(TdxTuples.Encode(Reference with { MrServiceTd = new byte[49] }), out _));
        byte[] encoded = TdxTuples.Encode(Reference);
        for (int i = 0; i < encoded.Length; i++) Assert.False(TdxTuples.TryDecodeReference(encoded.AsSpan(0, i), out _));
        Assert.False(TdxTuples.TryDecodeReference([.. encoded, 0], out _));
    }

    [Fact]
    public void Floor_comes_back_with_and_without_advisories()
    {
        Assert.True(TdxTuples.TryDecodeFloor(TdxTuples.Encode(Floor), out TdxFloor? read));
        Assert.Equal((18, 2, 2), (read.EvaluationDataNumberMin, read.Statuses.Count, read.Advisories!.Count));
        Assert.True(TdxTuples.TryDecodeFloor(TdxTuples.Encode(Floor with { Advisories = [] }), out TdxFloor? none));
        Assert.Equal([], none.Advisories!);
        Assert.True(TdxTuples.TryDecodeFloor(TdxTuples.Encode(Floor with { Advisories = null }), out TdxFloor? any));
        Assert.Null(any.Advisories);
        Assert.IsType<IntelAdvisoryRule.Any>(any.ToPolicy(new IntelPlatformRule.Any()).Advisories);
        Assert.Empty(Assert.IsType<IntelAdvisoryRule.Only>(none.ToPolicy(new IntelPlatformRule.Any()).Advisories).Advisories);
        Assert.True(none.ToPolicy(new IntelPlatformRule.Any()).RevocationRequired);
    }

    [Theory]
    [InlineData(IntelTcbStatus.Revoked)]
    [InlineData(IntelTcbStatus.NotSupported)]
    [InlineData((IntelTcbStatus)0)]
    [InlineData((IntelTcbStatus)11)]
    public void Floor_that_allows_what_nobody_may_allow_is_refused(IntelTcbStatus status) => Assert.False(TdxTuples.TryDecodeFloor(TdxTuples.Encode(Floor with { Statuses = [status] }), out _));

    [Fact]
    public void Floor_has_one_form_only()
    {
        byte[] rising = TdxTuples.Encode(Floor);
        Assert.Equal(rising, TdxTuples.Encode(Floor with { Statuses = [.. Floor.Statuses.Reverse(), IntelTcbStatus.UpToDate] }));
        byte[] falling = [.. rising];
        // {0: 18, 1: [1, 2], …}: the two statuses the other way round, and the same one twice.
        Assert.Equal<byte>([0xA3, 0x00, 0x12, 0x01, 0x82, 0x01, 0x02], falling[..7]);
        (falling[5], falling[6]) = (2, 1);
        Assert.False(TdxTuples.TryDecodeFloor(falling, out _));
        (falling[5], falling[6]) = (1, 1);
        Assert.False(TdxTuples.TryDecodeFloor(falling, out _));
        Assert.False(TdxTuples.TryDecodeFloor(TdxTuples.Encode(Floor with { Advisories = [""] }), out _));
        for (int i = 0; i < rising.Length; i++) Assert.False(TdxTuples.TryDecodeFloor(rising.AsSpan(0, i), out _));
    }

    [Fact]
    public void Any_bytes_are_a_tuple_that_encodes_to_them_or_none() => Gen.Byte.Array[0, 60].Sample(bytes =>
        (!TdxTuples.TryDecodeFloor(bytes, out TdxFloor? floor) || TdxTuples.Encode(floor).AsSpan().SequenceEqual(bytes))
        && (!TdxTuples.TryDecodeReference(bytes, out TdxReference? reference) || TdxTuples.Encode(reference).AsSpan().SequenceEqual(bytes)));
}
