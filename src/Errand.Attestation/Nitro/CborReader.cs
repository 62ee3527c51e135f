using System.Buffers.Binary;
using System.Text;
using System.Text.Unicode;

namespace Errand.Attestation;

/// <summary>
/// Reads CBOR (RFC 8949) that others encoded: lengths may be definite or indefinite, everything else must be as short as it can be. Every
/// method gives false for what it does not expect; where it stands then is not defined, so that one failure ends a parse. Nesting is that
/// of the caller's own code.
/// </summary>
internal struct CborReader(ReadOnlyMemory<byte> data)
{
    /// <summary>What <see cref="TryEnterArray"/> and <see cref="TryEnterMap"/> give as the count of an indefinite length.</summary>
    internal const int Indefinite = -1;

    private const byte UInt = 0;
    private const byte Bytes = 2;
    private const byte Text = 3;
    private const byte Array = 4;
    private const byte Map = 5;
    private const byte Tag = 6;
    private const byte Null = 0xF6;
    private const byte Break = 0xFF;
    private const int IndefiniteInfo = 31;

    private ReadOnlyMemory<byte> _rest = data;

    internal readonly bool AtEnd => _rest.IsEmpty;

    /// <summary>Reads a tag if it is the next item and has this number.</summary>
    internal bool TryReadTag(ulong number)
    {
        CborReader ahead = this;
        if (!ahead.TryReadHead(Tag, out ulong? actual) || actual != number) return false;
        this = ahead;
        return true;
    }

    /// <summary>Reads null if it is the next item.</summary>
    internal bool TryReadNull()
    {
        if (_rest.IsEmpty || _rest.Span[0] != Null) return false;
        _rest = _rest[1..];
        return true;
    }

    internal bool TryReadUInt(out ulong value)
    {
        bool read = TryReadHead(UInt, out ulong? argument) && argument is not null;
        value = argument ?? 0;
        return read;
    }

    /// <summary>Reads a byte string of at most <paramref name="sizeMax"/> bytes; it points into the input, unless it came in chunks.</summary>
    internal bool TryReadBytes(int sizeMax, out ReadOnlyMemory<byte> value) => TryReadString(Bytes, sizeMax, out value);

    /// <summary>Reads a text string of at most <paramref name="sizeMax"/> bytes of UTF-8.</summary>
    internal bool TryReadText(int sizeMax, out string value)
    {
        bool read = TryReadString(Text, sizeMax, out ReadOnlyMemory<byte> utf8);
        value = read ? Encoding.UTF8.GetString(utf8.Span) : "";
        return read;
    }

    /// <summary>Reads the head of an array. <see cref="More"/> then says whether an item follows.</summary>
    internal bool TryEnterArray(out int count) => TryEnter(Array, out count);

    /// <summary>Reads the head of a map. <see cref="More"/> then says whether a pair follows.</summary>
    internal bool TryEnterMap(out int count) => TryEnter(Map, out count);

    /// <summary>Whether an array or map with a count has more items than were read; reads the end of one of indefinite length.</summary>
    internal bool More(int count, int read)
    {
        if (count != Indefinite) return read < count;
        if (_rest.IsEmpty || _rest.Span[0] != Break) return true;
        _rest = _rest[1..];
        return false;
    }

    private bool TryEnter(byte major, out int count)
    {
        count = Indefinite;
        if (!TryReadHead(major, out ulong? argument)) return false;
        // Each item takes a byte at least, so a count beyond what is left is a lie.
        if (argument > (ulong)_rest.Length) return false;
        if (argument is { } definite) count = (int)definite;
        return true;
    }

    private bool TryReadString(byte major, int sizeMax, out ReadOnlyMemory<byte> value)
    {
        value = default;
        if (!TryReadHead(major, out ulong? size)) return false;
        if (size is { } definite) return TryTake(major, definite, sizeMax, out value);

        // RFC 8949 section 3.2.3: chunks of the same type with definite lengths, up to a break.
        byte[] joined = [];
        while (More(Indefinite, 0))
        {
            if (!TryReadHead(major, out ulong? chunkSize) || chunkSize is not { } length || !TryTake(major, length, sizeMax - joined.Length, out ReadOnlyMemory<byte> chunk) || chunk.IsEmpty) return false;
            joined = [.. joined, .. chunk.Span];
        }
        value = joined;
        return true;
    }

    private bool TryTake(byte major, ulong size, int sizeMax, out ReadOnlyMemory<byte> value)
    {
        value = default;
        if (size > (ulong)sizeMax || size > (ulong)_rest.Length) return false;
        value = _rest[..(int)size];
        _rest = _rest[(int)size..];
        return major != Text || Utf8.IsValid(value.Span);
    }

    /// <summary>Reads a head of one major type; the argument is null for an indefinite length.</summary>
    private bool TryReadHead(byte major, out ulong? argument)
    {
        argument = null;
        ReadOnlySpan<byte> rest = _rest.Span;
        if (rest.IsEmpty || rest[0] >> 5 != major) return false;
        int info = rest[0] & 0x1F;
        if (info == IndefiniteInfo)
        {
            _rest = _rest[1..];
            return major is Bytes or Text or Array or Map;
        }

        int size = info switch { < 24 => 0, 24 => 1, 25 => 2, 26 => 4, 27 => 8, _ => int.MaxValue };
        if (size >= rest.Length) return false;
        ReadOnlySpan<byte> bytes = rest.Slice(1, size);
        (ulong value, ulong shortestMin) = size switch
        {
            0 => ((ulong)info, 0ul),
            1 => (bytes[0], 24ul),
            2 => (BinaryPrimitives.ReadUInt16BigEndian(bytes), 0x100ul),
            4 => (BinaryPrimitives.ReadUInt32BigEndian(bytes), 0x1_0000ul),
            _ => (BinaryPrimitives.ReadUInt64BigEndian(bytes), 0x1_0000_0000ul),
        };
        if (value < shortestMin) return false;
        argument = value;
        _rest = _rest[(1 + size)..];
        return true;
    }
}
