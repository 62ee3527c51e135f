using System.Buffers.Binary;

namespace Errand.Attestation;

/// <summary>Reads the little-endian integers of event logs. The first error sticks; later reads give zeros.</summary>
internal ref struct EventLogReader(ReadOnlyMemory<byte> data)
{
    private readonly ReadOnlyMemory<byte> _data = data;

    internal bool Failed { get; private set; }

    internal int Position { get; private set; }

    internal readonly bool AtEnd => Failed || Position == _data.Length;

    internal byte UInt8() => Bytes(1).Span is [var value] ? value : (byte)0;

    internal ushort UInt16() => Bytes(2).Span is { Length: 2 } bytes ? BinaryPrimitives.ReadUInt16LittleEndian(bytes) : (ushort)0;

    internal uint UInt32() => Bytes(4).Span is { Length: 4 } bytes ? BinaryPrimitives.ReadUInt32LittleEndian(bytes) : 0;

    internal ReadOnlyMemory<byte> Bytes(uint count)
    {
        if (Failed || count > (uint)(_data.Length - Position))
        {
            Failed = true;
            return default;
        }
        ReadOnlyMemory<byte> bytes = _data.Slice(Position, (int)count);
        Position += (int)count;
        return bytes;
    }
}
