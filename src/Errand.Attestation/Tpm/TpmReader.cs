using System.Buffers.Binary;

namespace Errand.Attestation;

/// <summary>Reads TPM structures (TPM 2.0 Part 2): big-endian integers and sized buffers. The first error sticks; later reads give zeros.</summary>
public ref struct TpmReader(ReadOnlySpan<byte> data)
{
    private ReadOnlySpan<byte> _rest = data;

    /// <summary>True when something was missing or too long.</summary>
    public bool Failed { get; private set; }

    /// <summary>True when nothing is left and nothing failed.</summary>
    public readonly bool AtEnd => !Failed && _rest.IsEmpty;

    /// <summary>Bytes left.</summary>
    public readonly int Remaining => _rest.Length;

    /// <summary>One byte.</summary>
    public byte UInt8() => Bytes(1) is [var value] ? value : (byte)0;

    /// <summary>Two bytes, big-endian.</summary>
    public ushort UInt16() => Bytes(2) is { Length: 2 } bytes ? BinaryPrimitives.ReadUInt16BigEndian(bytes) : (ushort)0;

    /// <summary>Four bytes, big-endian.</summary>
    public uint UInt32() => Bytes(4) is { Length: 4 } bytes ? BinaryPrimitives.ReadUInt32BigEndian(bytes) : 0;

    /// <summary>Eight bytes, big-endian.</summary>
    public ulong UInt64() => Bytes(8) is { Length: 8 } bytes ? BinaryPrimitives.ReadUInt64BigEndian(bytes) : 0;

    /// <summary>Two bytes that name an algorithm; whether it is known is for the caller.</summary>
    public TpmAlgorithm Algorithm() => (TpmAlgorithm)UInt16();

    /// <summary>Exactly <paramref name="count"/> bytes, pointing into the input.</summary>
    public ReadOnlySpan<byte> Bytes(int count)
    {
        if (Failed || count > _rest.Length)
        {
            Fail();
            return default;
        }
        ReadOnlySpan<byte> bytes = _rest[..count];
        _rest = _rest[count..];
        return bytes;
    }

    /// <summary>A TPM2B: two bytes of size, at most <paramref name="sizeMax"/>, then the buffer.</summary>
    public ReadOnlySpan<byte> Sized(int sizeMax)
    {
        int size = UInt16();
        if (size > sizeMax) Fail();
        return Bytes(size);
    }

    /// <summary>Records an error found by the caller.</summary>
    public void Fail()
    {
        Failed = true;
        _rest = default;
    }
}
