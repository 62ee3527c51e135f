namespace Errand.Primitives.Tests;

public sealed class CanonicalReaderTests
{
    [Fact]
    public void A_refused_item_leaves_the_reader_where_it_was()
    {
        byte[] data = [0x43, 1, 2, 3, 0x01];
        var reader = new CanonicalReader(data);
        Assert.False(reader.TryReadUInt(out _));
        Assert.False(reader.TryReadBool(out _));
        Assert.False(reader.TryReadText(9, out _));
        Assert.False(reader.TryReadBytes(2, out _));
        Assert.False(reader.TryReadArrayHeader(9, out _));
        Assert.False(reader.TryReadMapHeader(9, out _));
        Assert.Equal(data.Length, reader.Remaining);
        Assert.True(reader.TryReadBytes(3, out ReadOnlySpan<byte> bytes));
        Assert.Equal([1, 2, 3], bytes.ToArray());
        Assert.True(reader.TryPeekUInt(out ulong peeked));
        Assert.True(reader.TryReadUInt(out ulong read));
        Assert.Equal((1ul, 1ul, true), (peeked, read, reader.AtEnd));
    }

    [Fact]
    public void A_nested_item_that_is_refused_is_not_read_at_all()
    {
        var reader = new CanonicalReader([0x82, 0x01, 0xF6]);
        Assert.False(reader.TryReadItem(CanonicalCbor.DepthMax, out ReadOnlySpan<byte> item));
        Assert.True(item.IsEmpty);
        Assert.Equal(3, reader.Remaining);
    }

    [Fact]
    public void A_count_beyond_what_is_left_or_allowed_is_refused()
    {
        Assert.False(new CanonicalReader([0x83, 0x01, 0x02]).TryReadArrayHeader(9, out _));
        Assert.False(new CanonicalReader([0x82, 0x01, 0x02]).TryReadArrayHeader(1, out _));
        Assert.True(new CanonicalReader([0x82, 0x01, 0x02]).TryReadArrayHeader(2, out int count));
        Assert.Equal(2, count);
    }

    [Theory]
    [InlineData("f4", false)]
    [InlineData("f5", true)]
    public void Booleans_are_read(string hex, bool expected)
    {
        Assert.True(new CanonicalReader(Convert.FromHexString(hex)).TryReadBool(out bool value));
        Assert.Equal(expected, value);
    }
}
