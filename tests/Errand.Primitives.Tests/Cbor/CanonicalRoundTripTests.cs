using System.Formats.Cbor;
using CsCheck;

namespace Errand.Primitives.Tests;

/// <summary>Our writer and reader against System.Formats.Cbor in its strictest mode.</summary>
public sealed class CanonicalRoundTripTests
{
    [Fact]
    public void Both_encoders_write_the_same_bytes_and_both_decoders_take_them() =>
        CborItem.Any.Sample(item =>
        {
            var writer = new CanonicalWriter();
            item.WriteTo(writer);
            byte[] ours = writer.ToArray();
            var second = new CborWriter(CborConformanceMode.Ctap2Canonical);
            item.WriteTo(second);
            return ours.AsSpan().SequenceEqual(second.Encode())
                && CanonicalCbor.IsCanonical(ours)
                && SecondDecoder.Reencode(ours) is { } again
                && again.AsSpan().SequenceEqual(ours);
        }, iter: 3_000);

    [Fact]
    public void No_cut_of_an_item_is_canonical() =>
        CborItem.Any.Sample(item =>
        {
            var writer = new CanonicalWriter();
            item.WriteTo(writer);
            for (int length = 0; length < Math.Min(writer.Span.Length, 200); length++)
                if (CanonicalCbor.IsCanonical(writer.Span[..length])) return false;
            return true;
        }, iter: 500);

    [Fact]
    public void A_cleared_writer_starts_again()
    {
        var writer = new CanonicalWriter().UInt(1);
        writer.Clear();
        Assert.Equal([0x02], writer.UInt(2).ToArray());
    }

    [Theory]
    [InlineData(int.MinValue)]
    [InlineData(-1)]
    [InlineData(24)]
    [InlineData(255)]
    [InlineData(int.MaxValue)]
    public void A_key_outside_the_profile_cannot_be_written(int key) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new CanonicalWriter().Key(key));

    [Fact]
    public void A_negative_count_or_size_cannot_be_written()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new CanonicalWriter().Map(-1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new CanonicalWriter().Array(-1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new CanonicalWriter().BytesHeader(-1));
    }

    [Theory]
    [InlineData('\uD800')]
    [InlineData('\uDFFF')]
    public void A_lone_surrogate_cannot_be_written(char surrogate)
    {
        var writer = new CanonicalWriter();
        Assert.ThrowsAny<ArgumentException>(() => writer.Text($"a{surrogate}"));
        Assert.Empty(writer.ToArray());
    }
}
