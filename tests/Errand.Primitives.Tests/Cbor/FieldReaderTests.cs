namespace Errand.Primitives.Tests;

public sealed class FieldReaderTests
{
    [Fact]
    public void Fields_of_every_type_are_read_in_order()
    {
        Bytes32 id = Bytes32From(7);
        byte[] map = new CanonicalWriter().Map(8)
            .Key(0).UInt(42).Key(1).Bytes([1, 2]).Key(2).Text("text").Key(3).Bool(true)
            .Key(4).Bytes(id).Key(5).Array(2).UInt(1).UInt(2).Key(6).Map(0).Key(7).UInt(1ul << 53).ToArray();
        var fields = new FieldReader(map);
        Assert.Equal(42, fields.Int(0));
        Assert.Equal([1, 2], fields.Bytes(1, 2, 2).ToArray());
        Assert.Equal("text", fields.Text(2, 4));
        Assert.True(fields.Bool(3));
        Assert.Equal(id, fields.Bytes32(4));
        Assert.Equal([1ul, 2ul], fields.Array<ulong>(5, 2, ReadUInt));
        Assert.Equal([0xA0], fields.Item(6).ToArray());
        Assert.Equal(1L << 53, fields.Milliseconds(7));
        Assert.Equal(FieldError.None, fields.Close());
    }

    [Fact]
    public void An_optional_field_is_asked_for_first()
    {
        var fields = new FieldReader(new CanonicalWriter().Map(1).Key(1).UInt(5).ToArray());
        Assert.False(fields.Has(0));
        Assert.True(fields.Has(1));
        Assert.Equal(5ul, fields.UInt(1));
        Assert.False(fields.Has(1));
        Assert.Equal(FieldError.None, fields.Close());
    }

    [Fact]
    public void A_field_that_is_not_there_is_missing()
    {
        var empty = new FieldReader([0xA0]);
        Assert.Equal(0ul, empty.UInt(0));
        Assert.Equal(FieldError.Missing, empty.Close());

        var later = new FieldReader(new CanonicalWriter().Map(1).Key(3).UInt(5).ToArray());
        later.UInt(2);
        Assert.Equal(FieldError.Missing, later.Close());
    }

    [Fact]
    public void A_field_nobody_reads_is_unknown()
    {
        byte[] map = new CanonicalWriter().Map(2).Key(0).UInt(5).Key(1).UInt(6).ToArray();
        var trailing = new FieldReader(map);
        Assert.Equal(5ul, trailing.UInt(0));
        Assert.Equal(FieldError.Unknown, trailing.Close());

        var leading = new FieldReader(map);
        leading.UInt(1);
        Assert.Equal(FieldError.Unknown, leading.Error);
    }

    [Fact]
    public void A_value_of_another_type_length_or_range_is_malformed()
    {
        Assert.Equal(FieldError.Malformed, Read(static w => w.Text("1"), static (ref r) => r.UInt(0)));
        Assert.Equal(FieldError.Malformed, Read(static w => w.UInt(11), static (ref r) => r.UInt(0, 10)));
        Assert.Equal(FieldError.None, Read(static w => w.UInt(10), static (ref r) => r.UInt(0, 10)));
        Assert.Equal(FieldError.Malformed, Read(static w => w.UInt(1ul << 31), static (ref r) => r.Int(0)));
        Assert.Equal(FieldError.Malformed, Read(static w => w.UInt((1ul << 53) + 1), static (ref r) => r.Milliseconds(0)));
        Assert.Equal(FieldError.Malformed, Read(static w => w.UInt(1), static (ref r) => r.Bool(0)));
        Assert.Equal(FieldError.Malformed, Read(static w => w.Bytes(new byte[31]), static (ref r) => r.Bytes32(0)));
        Assert.Equal(FieldError.Malformed, Read(static w => w.Bytes(new byte[33]), static (ref r) => r.Bytes32(0)));
        Assert.Equal(FieldError.Malformed, Read(static w => w.Bytes(new byte[1]), static (ref r) => r.Bytes(0, 2, 3)));
        Assert.Equal(FieldError.Malformed, Read(static w => w.Bytes(new byte[4]), static (ref r) => r.Bytes(0, 2, 3)));
        Assert.Equal(FieldError.Malformed, Read(static w => w.Text("four"), static (ref r) => r.Text(0, 3)));
        Assert.Equal(FieldError.Malformed, Read(static w => w.Raw([0x61, 0xFF]), static (ref r) => r.Text(0, 3)));
        Assert.Equal(FieldError.Malformed, Read(static w => w.Raw([0xF6]), static (ref r) => r.Item(0)));
        Assert.Equal(FieldError.Malformed, Read(static w => w.Array(3).UInt(1).UInt(1).UInt(1), static (ref r) => r.Array<ulong>(0, 2, ReadUInt)));
        Assert.Equal(FieldError.Malformed, Read(static w => w.Array(1).Text("1"), static (ref r) => r.Array<ulong>(0, 2, ReadUInt)));
        Assert.Equal(FieldError.Malformed, new FieldReader([0x80]).Close());
        Assert.Equal(FieldError.Malformed, new FieldReader([]).Close());
    }

    [Fact]
    public void The_first_error_stays_and_later_reads_give_defaults()
    {
        var fields = new FieldReader(new CanonicalWriter().Map(2).Key(0).Text("no number").Key(1).UInt(5).ToArray());
        Assert.Equal(0ul, fields.UInt(0));
        Assert.Equal(0ul, fields.UInt(1));
        Assert.False(fields.Bool(2));
        Assert.Equal("", fields.Text(3, 9));
        Assert.True(fields.Bytes(4, 0, 9).IsEmpty);
        Assert.True(fields.Item(5).IsEmpty);
        Assert.Empty(fields.Array<ulong>(6, 2, ReadUInt));
        Assert.Equal(default, fields.Bytes32(7));
        Assert.False(fields.Has(1));
        Assert.Equal(FieldError.Malformed, fields.Close());
    }

    [Fact]
    public void A_caller_can_fail_a_value_but_not_hide_an_earlier_error()
    {
        var fields = new FieldReader([0xA0]);
        fields.Fail(FieldError.Malformed);
        fields.Fail(FieldError.Unknown);
        Assert.Equal(FieldError.Malformed, fields.Close());
    }

    private delegate void FieldRead(ref FieldReader reader);

    private static FieldError Read(Action<CanonicalWriter> write, FieldRead read)
    {
        var writer = new CanonicalWriter().Map(1).Key(0);
        write(writer);
        var fields = new FieldReader(writer.Span);
        read(ref fields);
        return fields.Close();
    }

    private static bool ReadUInt(ReadOnlySpan<byte> item, out ulong value) => new CanonicalReader(item).TryReadUInt(out value);

    private static Bytes32 Bytes32From(byte value) => new([.. Enumerable.Repeat(value, 32)]);
}
