using System.Buffers;
using System.Buffers.Binary;

namespace Errand.Attestation;

/// <summary>Writes TPM structures (TPM 2.0 Part 2): big-endian integers and sized buffers.</summary>
/// <param name="capacity">Bytes that fit without moving: who writes a secret gives enough, so that <see cref="Wipe"/> finds all of it.</param>
public sealed class TpmWriter(int capacity = 256)
{
    private readonly ArrayBufferWriter<byte> _buffer = new(capacity);

    /// <summary>A copy of what has been written.</summary>
    public byte[] ToArray() => _buffer.WrittenSpan.ToArray();

    /// <summary>Zeroes what has been written, and begins anew.</summary>
    public void Wipe() => _buffer.Clear();

    /// <summary>One byte.</summary>
    public TpmWriter UInt8(byte value) => Bytes([value]);

    /// <summary>Two bytes, big-endian.</summary>
    public TpmWriter UInt16(int value)
    {
        BinaryPrimitives.WriteUInt16BigEndian(_buffer.GetSpan(2), checked((ushort)value));
        _buffer.Advance(2);
        return this;
    }

    /// <summary>Four bytes, big-endian.</summary>
    public TpmWriter UInt32(uint value)
    {
        BinaryPrimitives.WriteUInt32BigEndian(_buffer.GetSpan(4), value);
        _buffer.Advance(4);
        return this;
    }

    /// <summary>Eight bytes, big-endian.</summary>
    public TpmWriter UInt64(ulong value)
    {
        BinaryPrimitives.WriteUInt64BigEndian(_buffer.GetSpan(8), value);
        _buffer.Advance(8);
        return this;
    }

    /// <summary>An algorithm id.</summary>
    public TpmWriter Algorithm(TpmAlgorithm value) => UInt16((ushort)value);

    /// <summary>Bytes without a size.</summary>
    public TpmWriter Bytes(ReadOnlySpan<byte> value)
    {
        _buffer.Write(value);
        return this;
    }

    /// <summary>A TPM2B: two bytes of size, then the bytes.</summary>
    public TpmWriter Sized(ReadOnlySpan<byte> value) => UInt16(value.Length).Bytes(value);
}
