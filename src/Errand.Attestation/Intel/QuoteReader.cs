using System.Buffers.Binary;

namespace Errand.Attestation;

/// <summary>Reads little-endian fields of a quote in order. After the first field that is not there all further ones fail too.</summary>
internal ref struct QuoteReader(ReadOnlyMemory<byte> bytes)
{
    private ReadOnlyMemory<byte> _rest = bytes;

    internal bool Failed { get; private set; }

    internal readonly bool AtEnd => _rest.IsEmpty;

    internal ReadOnlyMemory<byte> Bytes(long size)
    {
        Failed |= size > _rest.Length;
        if (Failed) return default;
        ReadOnlyMemory<byte> read = _rest[..(int)size];
        _rest = _rest[(int)size..];
        return read;
    }

    internal ushort UInt16() => Bytes(sizeof(ushort)) is { Length: sizeof(ushort) } read ? BinaryPrimitives.ReadUInt16LittleEndian(read.Span) : (ushort)0;

    internal uint UInt32() => Bytes(sizeof(uint)) is { Length: sizeof(uint) } read ? BinaryPrimitives.ReadUInt32LittleEndian(read.Span) : 0;
}
