using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace Errand.Primitives;

/// <summary>Writes the CBOR profile of docs/protocol.md section 2: shortest heads, definite lengths, keys 0…23 in rising order.</summary>
/// <remarks>Order and count of keys are the caller's; <see cref="CanonicalCbor.IsCanonical"/> checks them where it matters.</remarks>
public sealed class CanonicalWriter
{
    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);
    private readonly ArrayBufferWriter<byte> _buffer = new(256);

    /// <summary>What has been written so far. Valid until the next write.</summary>
    public ReadOnlySpan<byte> Span => _buffer.WrittenSpan;

    /// <summary>A copy of what has been written.</summary>
    public byte[] ToArray() => _buffer.WrittenSpan.ToArray();

    /// <summary>Forgets what has been written, for reuse.</summary>
    public void Clear() => _buffer.ResetWrittenCount();

    /// <summary>Opens a map of <paramref name="count"/> pairs.</summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="count"/> is negative.</exception>
    public CanonicalWriter Map(int count) => Head(CborMajor.Map, count);

    /// <summary>Opens an array of <paramref name="count"/> items.</summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="count"/> is negative.</exception>
    public CanonicalWriter Array(int count) => Head(CborMajor.Array, count);

    /// <summary>Writes a map key, 0…23.</summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="key"/> is another number.</exception>
    public CanonicalWriter Key(int key)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(key);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(key, CanonicalCbor.KeyMax);
        return Head(CborMajor.UInt, (ulong)key);
    }

    /// <summary>Writes an unsigned integer.</summary>
    public CanonicalWriter UInt(ulong value) => Head(CborMajor.UInt, value);

    /// <summary>Writes a byte string.</summary>
    public CanonicalWriter Bytes(ReadOnlySpan<byte> value)
    {
        Head(CborMajor.Bytes, (ulong)value.Length);
        _buffer.Write(value);
        return this;
    }

    /// <summary>Writes the head of a byte string whose <paramref name="size"/> bytes the caller puts behind it.</summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="size"/> is negative.</exception>
    public CanonicalWriter BytesHeader(int size) => Head(CborMajor.Bytes, size);

    /// <summary>Writes a byte string of 32 bytes.</summary>
    public CanonicalWriter Bytes(Bytes32 value)
    {
        Head(CborMajor.Bytes, Bytes32.Size);
        value.CopyTo(_buffer.GetSpan(Bytes32.Size));
        _buffer.Advance(Bytes32.Size);
        return this;
    }

    /// <summary>Writes a UTF-8 text string.</summary>
    /// <exception cref="EncoderFallbackException">A surrogate stands alone. Replaced, two different strings would have one encoding, and one hash.</exception>
    public CanonicalWriter Text(string value)
    {
        int size = StrictUtf8.GetByteCount(value);
        Head(CborMajor.Text, (ulong)size);
        StrictUtf8.GetBytes(value, _buffer.GetSpan(size));
        _buffer.Advance(size);
        return this;
    }

    /// <summary>Writes true or false.</summary>
    public CanonicalWriter Bool(bool value)
    {
        _buffer.GetSpan(1)[0] = value ? CborMajor.True : CborMajor.False;
        _buffer.Advance(1);
        return this;
    }

    /// <summary>Copies bytes that are already canonical CBOR.</summary>
    public CanonicalWriter Raw(ReadOnlySpan<byte> encoded)
    {
        _buffer.Write(encoded);
        return this;
    }

    /// <summary>Writes the head of an array to <paramref name="destination"/> and returns its length.</summary>
    public static int WriteArrayHeader(Span<byte> destination, int count) => WriteHead(destination, CborMajor.Array, (ulong)count);

    private CanonicalWriter Head(byte major, int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        return Head(major, (ulong)count);
    }

    private CanonicalWriter Head(byte major, ulong value)
    {
        _buffer.Advance(WriteHead(_buffer.GetSpan(9), major, value));
        return this;
    }

    private static int WriteHead(Span<byte> destination, byte major, ulong value)
    {
        switch (value)
        {
            case < 24:
                destination[0] = (byte)(major << 5 | (int)value);
                return 1;
            case <= byte.MaxValue:
                destination[0] = (byte)(major << 5 | 24);
                destination[1] = (byte)value;
                return 2;
            case <= ushort.MaxValue:
                destination[0] = (byte)(major << 5 | 25);
                BinaryPrimitives.WriteUInt16BigEndian(destination[1..], (ushort)value);
                return 3;
            case <= uint.MaxValue:
                destination[0] = (byte)(major << 5 | 26);
                BinaryPrimitives.WriteUInt32BigEndian(destination[1..], (uint)value);
                return 5;
            default:
                destination[0] = (byte)(major << 5 | 27);
                BinaryPrimitives.WriteUInt64BigEndian(destination[1..], value);
                return 9;
        }
    }
}
