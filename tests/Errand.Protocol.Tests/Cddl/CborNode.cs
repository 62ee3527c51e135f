using System.Buffers.Binary;
using System.Text;

namespace Errand.Protocol.Tests;

/// <summary>A CBOR item (RFC 8949) as a tree. A second reader, wider than the profile: what the CDDL refuses must first be readable.</summary>
internal abstract record CborNode
{
    private CborNode()
    {
    }

    public sealed record UInt(ulong Value) : CborNode;

    /// <summary>-1 − <paramref name="Value"/>.</summary>
    public sealed record Negative(ulong Value) : CborNode;

    public sealed record Bytes(byte[] Value) : CborNode;

    public sealed record Text(string Value) : CborNode;

    public sealed record List(IReadOnlyList<CborNode> Items) : CborNode;

    public sealed record Map(IReadOnlyList<(CborNode Key, CborNode Value)> Pairs) : CborNode;

    public sealed record Tagged(ulong Tag, CborNode Item) : CborNode;

    /// <summary>20 false, 21 true, 22 null.</summary>
    public sealed record Simple(int Value) : CborNode;

    /// <summary>Reads exactly one item.</summary>
    /// <exception cref="FormatException">The bytes are something else.</exception>
    public static CborNode Parse(ReadOnlySpan<byte> bytes)
    {
        CborNode node = Read(ref bytes, 32);
        return bytes.IsEmpty ? node : throw new FormatException("Bytes are left over.");
    }

    /// <summary>Encodes with the shortest heads.</summary>
    public byte[] Encode()
    {
        using var stream = new MemoryStream();
        Write(stream);
        return stream.ToArray();
    }

    private static CborNode Read(ref ReadOnlySpan<byte> rest, int depth)
    {
        if (depth == 0 || rest.IsEmpty) throw new FormatException("Too deep, or cut short.");
        int major = rest[0] >> 5;
        int info = rest[0] & 0x1F;
        if (major == 7)
        {
            if (info is < 20 or > 22) throw new FormatException($"Simple value {info}.");
            rest = rest[1..];
            return new Simple(info);
        }
        int size = info switch { < 24 => 0, 24 => 1, 25 => 2, 26 => 4, 27 => 8, _ => throw new FormatException($"Head {rest[0]:x2}.") };
        if (rest.Length < 1 + size) throw new FormatException("Cut short.");
        Span<byte> wide = stackalloc byte[8];
        rest.Slice(1, size).CopyTo(wide[(8 - size)..]);
        ulong argument = size == 0 ? (ulong)info : BinaryPrimitives.ReadUInt64BigEndian(wide);
        rest = rest[(1 + size)..];
        switch (major)
        {
            case 0: return new UInt(argument);
            case 1: return new Negative(argument);
            case 2 or 3:
                if (argument > (ulong)rest.Length) throw new FormatException("Cut short.");
                ReadOnlySpan<byte> value = rest[..(int)argument];
                rest = rest[(int)argument..];
                return major == 2 ? new Bytes(value.ToArray()) : new Text(Encoding.UTF8.GetString(value));
            case 4 or 5:
                if (argument > (ulong)rest.Length) throw new FormatException("Cut short.");
                var items = new List<CborNode>();
                for (ulong i = 0; i < argument * (ulong)(major - 3); i++) items.Add(Read(ref rest, depth - 1));
                return major == 4 ? new List(items) : new Map([.. items.Chunk(2).Select(pair => (pair[0], pair[1]))]);
            default:
                return new Tagged(argument, Read(ref rest, depth - 1));
        }
    }

    private void Write(MemoryStream stream)
    {
        switch (this)
        {
            case UInt number: Head(stream, 0, number.Value); break;
            case Negative number: Head(stream, 1, number.Value); break;
            case Bytes bytes: Head(stream, 2, (ulong)bytes.Value.Length); stream.Write(bytes.Value); break;
            case Text text: byte[] utf8 = Encoding.UTF8.GetBytes(text.Value); Head(stream, 3, (ulong)utf8.Length); stream.Write(utf8); break;
            case List list: Head(stream, 4, (ulong)list.Items.Count); foreach (CborNode item in list.Items) item.Write(stream); break;
            case Map map:
                Head(stream, 5, (ulong)map.Pairs.Count);
                foreach ((CborNode key, CborNode value) in map.Pairs)
                {
                    key.Write(stream);
                    value.Write(stream);
                }
                break;
            case Tagged tagged: Head(stream, 6, tagged.Tag); tagged.Item.Write(stream); break;
            case Simple simple: stream.WriteByte((byte)(0xE0 | simple.Value)); break;
            default: throw new InvalidOperationException();
        }
    }

    private static void Head(MemoryStream stream, int major, ulong value)
    {
        Span<byte> wide = stackalloc byte[8];
        BinaryPrimitives.WriteUInt64BigEndian(wide, value);
        (int info, int size) = value switch { < 24 => ((int)value, 0), <= 0xFF => (24, 1), <= 0xFFFF => (25, 2), <= 0xFFFF_FFFF => (26, 4), _ => (27, 8) };
        stream.WriteByte((byte)(major << 5 | info));
        stream.Write(wide[(8 - size)..]);
    }
}
