using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;

namespace Errand.Primitives;

/// <summary>A value of exactly 32 bytes: a digest, an id or a public key. Compared as a big-endian number.</summary>
/// <remarks>
/// Two 128-bit fields bring equality and a hash code with them. Public data only: comparisons are not constant time.
/// </remarks>
public readonly record struct Bytes32 : IComparable<Bytes32>
{
    /// <summary>Length in bytes.</summary>
    public const int Size = 32;

    private readonly UInt128 _high;
    private readonly UInt128 _low;

    /// <summary>Reads a value from exactly 32 bytes.</summary>
    /// <exception cref="ArgumentException"><paramref name="source"/> is not 32 bytes long.</exception>
    public Bytes32(ReadOnlySpan<byte> source)
    {
        if (source.Length != Size) throw new ArgumentException($"Expected {Size} bytes, got {source.Length}.", nameof(source));
        _high = BinaryPrimitives.ReadUInt128BigEndian(source);
        _low = BinaryPrimitives.ReadUInt128BigEndian(source[16..]);
    }

    /// <summary>True when all bytes are zero.</summary>
    public bool IsZero => _high == 0 && _low == 0;

    /// <summary>Reads a value; false unless <paramref name="source"/> is exactly 32 bytes.</summary>
    public static bool TryRead(ReadOnlySpan<byte> source, out Bytes32 value)
    {
        value = source.Length == Size ? new Bytes32(source) : default;
        return source.Length == Size;
    }

    /// <summary>Reads 64 lower-case hexadecimal digits.</summary>
    public static bool TryParseHex([NotNullWhen(true)] string? text, out Bytes32 value)
    {
        value = default;
        if (text is not { Length: Size * 2 } || text.AsSpan().IndexOfAnyExcept("0123456789abcdef") >= 0) return false;
        value = new Bytes32(Convert.FromHexString(text));
        return true;
    }

    /// <summary>Writes the 32 bytes to the start of <paramref name="destination"/>.</summary>
    public void CopyTo(Span<byte> destination)
    {
        BinaryPrimitives.WriteUInt128BigEndian(destination, _high);
        BinaryPrimitives.WriteUInt128BigEndian(destination[16..], _low);
    }

    /// <summary>The 32 bytes as a new array.</summary>
    public byte[] ToArray()
    {
        var bytes = new byte[Size];
        CopyTo(bytes);
        return bytes;
    }

    /// <summary>The bit at <paramref name="index"/>, 0 being the most significant.</summary>
    public bool Bit(int index) => index < 128
        ? ((_high >> (127 - index)) & 1) != 0
        : ((_low >> (255 - index)) & 1) != 0;

    /// <summary>Index of the first bit in which the two differ; 256 when they are equal.</summary>
    public int FirstDifferingBit(Bytes32 other)
    {
        UInt128 high = _high ^ other._high;
        return high != 0 ? (int)UInt128.LeadingZeroCount(high) : 128 + (int)UInt128.LeadingZeroCount(_low ^ other._low);
    }

    /// <inheritdoc/>
    public int CompareTo(Bytes32 other)
    {
        int high = _high.CompareTo(other._high);
        return high != 0 ? high : _low.CompareTo(other._low);
    }

    /// <summary>64 lower-case hexadecimal digits.</summary>
    public override string ToString() => Convert.ToHexStringLower(ToArray());

    /// <summary>The first eight hexadecimal digits, for people.</summary>
    public string ToShortString() => ToString()[..8];

    /// <summary>Order as big-endian numbers.</summary>
    public static bool operator <(Bytes32 left, Bytes32 right) => left.CompareTo(right) < 0;

    /// <summary>Order as big-endian numbers.</summary>
    public static bool operator >(Bytes32 left, Bytes32 right) => left.CompareTo(right) > 0;

    /// <summary>Order as big-endian numbers.</summary>
    public static bool operator <=(Bytes32 left, Bytes32 right) => left.CompareTo(right) <= 0;

    /// <summary>Order as big-endian numbers.</summary>
    public static bool operator >=(Bytes32 left, Bytes32 right) => left.CompareTo(right) >= 0;
}
