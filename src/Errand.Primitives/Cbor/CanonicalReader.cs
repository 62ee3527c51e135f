using System.Buffers.Binary;
using System.Text;

namespace Errand.Primitives;

/// <summary>Reads the CBOR profile item by item. Every method gives false, and reads nothing, for anything outside the profile.</summary>
public ref struct CanonicalReader(ReadOnlySpan<byte> data)
{
    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);
    private ReadOnlySpan<byte> _rest = data;

    /// <summary>True when nothing is left.</summary>
    public readonly bool AtEnd => _rest.IsEmpty;

    /// <summary>Bytes left.</summary>
    public readonly int Remaining => _rest.Length;

    /// <summary>Reads an unsigned integer.</summary>
    public bool TryReadUInt(out ulong value) => TryReadHead(CborMajor.UInt, out value);

    /// <summary>Looks at the next item if it is an unsigned integer, without reading it.</summary>
    public readonly bool TryPeekUInt(out ulong value)
    {
        CanonicalReader ahead = this;
        return ahead.TryReadUInt(out value);
    }

    /// <summary>Reads true or false.</summary>
    public bool TryReadBool(out bool value)
    {
        value = !_rest.IsEmpty && _rest[0] == CborMajor.True;
        if (_rest.IsEmpty || _rest[0] is not (CborMajor.True or CborMajor.False)) return false;
        _rest = _rest[1..];
        return true;
    }

    /// <summary>Reads a byte string of at most <paramref name="sizeMax"/> bytes; the span points into the input.</summary>
    public bool TryReadBytes(int sizeMax, out ReadOnlySpan<byte> value) => TryReadString(CborMajor.Bytes, sizeMax, out value);

    /// <summary>Reads a UTF-8 text string of at most <paramref name="sizeMax"/> bytes.</summary>
    public bool TryReadText(int sizeMax, out string value)
    {
        value = "";
        CanonicalReader ahead = this;
        if (!ahead.TryReadString(CborMajor.Text, sizeMax, out ReadOnlySpan<byte> utf8) || !Utf8IsValid(utf8)) return false;
        value = StrictUtf8.GetString(utf8);
        this = ahead;
        return true;
    }

    /// <summary>Reads the head of an array of at most <paramref name="countMax"/> items.</summary>
    public bool TryReadArrayHeader(int countMax, out int count) => TryReadCount(CborMajor.Array, countMax, out count);

    /// <summary>Reads the head of a map of at most <paramref name="countMax"/> pairs.</summary>
    public bool TryReadMapHeader(int countMax, out int count) => TryReadCount(CborMajor.Map, countMax, out count);

    /// <summary>Reads one whole item, however nested up to <paramref name="depthMax"/>, and gives its bytes.</summary>
    /// <remarks>Map keys must be 0…23 and rise strictly (docs/protocol.md section 2).</remarks>
    public bool TryReadItem(int depthMax, out ReadOnlySpan<byte> item)
    {
        item = default;
        CanonicalReader ahead = this;
        if (!ahead.TrySkip(depthMax)) return false;
        item = _rest[..(_rest.Length - ahead._rest.Length)];
        this = ahead;
        return true;
    }

    private bool TrySkip(int depthLeft)
    {
        if (_rest.IsEmpty) return false;
        switch (_rest[0] >> 5)
        {
            case CborMajor.UInt:
                return TryReadUInt(out _);
            case CborMajor.Bytes:
                return TryReadBytes(int.MaxValue, out _);
            case CborMajor.Text:
                return TryReadString(CborMajor.Text, int.MaxValue, out ReadOnlySpan<byte> utf8) && Utf8IsValid(utf8);
            case CborMajor.Array:
                if (depthLeft == 0 || !TryReadArrayHeader(_rest.Length, out int items)) return false;
                for (; items > 0; items--)
                    if (!TrySkip(depthLeft - 1)) return false;
                return true;
            case CborMajor.Map:
                if (depthLeft == 0 || !TryReadMapHeader(CanonicalCbor.KeyMax + 1, out int pairs)) return false;
                for (int keyMin = 0; pairs > 0; pairs--)
                {
                    if (!TryReadUInt(out ulong key) || key > CanonicalCbor.KeyMax || (int)key < keyMin || !TrySkip(depthLeft - 1)) return false;
                    keyMin = (int)key + 1;
                }
                return true;
            default:
                return TryReadBool(out _);
        }
    }

    private static bool Utf8IsValid(ReadOnlySpan<byte> utf8) => System.Text.Unicode.Utf8.IsValid(utf8);

    private bool TryReadCount(byte major, int countMax, out int count)
    {
        count = 0;
        CanonicalReader ahead = this;
        // Each item takes a byte at least, so a count beyond what is left is a lie.
        if (!ahead.TryReadHead(major, out ulong value) || value > (ulong)countMax || value > (ulong)ahead._rest.Length) return false;
        count = (int)value;
        this = ahead;
        return true;
    }

    private bool TryReadString(byte major, int sizeMax, out ReadOnlySpan<byte> value)
    {
        value = default;
        CanonicalReader ahead = this;
        if (!ahead.TryReadHead(major, out ulong size) || size > (ulong)sizeMax || size > (ulong)ahead._rest.Length) return false;
        value = ahead._rest[..(int)size];
        ahead._rest = ahead._rest[(int)size..];
        this = ahead;
        return true;
    }

    private bool TryReadHead(byte major, out ulong value)
    {
        value = 0;
        if (_rest.IsEmpty || _rest[0] >> 5 != major) return false;
        int info = _rest[0] & 0x1F;
        if (info < 24)
        {
            value = (ulong)info;
            _rest = _rest[1..];
            return true;
        }

        int size = info switch { 24 => 1, 25 => 2, 26 => 4, 27 => 8, _ => 0 };
        if (size == 0 || _rest.Length < 1 + size) return false;
        ReadOnlySpan<byte> argument = _rest.Slice(1, size);
        (value, ulong shortestMin) = size switch
        {
            1 => (argument[0], 24ul),
            2 => (BinaryPrimitives.ReadUInt16BigEndian(argument), 0x100ul),
            4 => (BinaryPrimitives.ReadUInt32BigEndian(argument), 0x1_0000ul),
            _ => (BinaryPrimitives.ReadUInt64BigEndian(argument), 0x1_0000_0000ul),
        };
        if (value < shortestMin) return false;
        _rest = _rest[(1 + size)..];
        return true;
    }
}
