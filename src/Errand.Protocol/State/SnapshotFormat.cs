using System.Buffers.Binary;
using Errand.Primitives;

namespace Errand.Protocol;

/// <summary>The frame of a snapshot: magic, header, then records, each with kind, id and value (docs/protocol.md section 9.4).</summary>
internal static class SnapshotFormat
{
    /// <summary>No record is longer: a task of 16 attempts with 16 rounds of 128 votes each takes about 1.2 MiB.</summary>
    public const int RecordSizeMax = 16 << 20;

    private const int HeaderSizeMax = 256;
    private const int RecordHeadSize = 1 + Bytes32.Size + sizeof(uint);

    private static ReadOnlySpan<byte> Magic => "ERRAND\u001AS"u8;

    public static void WriteHeader(Stream stream, SnapshotHeader header)
    {
        byte[] encoded = header.Encode();
        Span<byte> size = stackalloc byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32BigEndian(size, (uint)encoded.Length);
        stream.Write(Magic);
        stream.Write(size);
        stream.Write(encoded);
    }

    public static SnapshotError TryReadHeader(Stream stream, out SnapshotHeader header)
    {
        header = null!;
        Span<byte> front = stackalloc byte[Magic.Length + sizeof(uint)];
        if (!TryFill(stream, front) || !front.StartsWith(Magic)) return SnapshotError.Malformed;
        uint size = BinaryPrimitives.ReadUInt32BigEndian(front[Magic.Length..]);
        if (size > HeaderSizeMax) return SnapshotError.Malformed;
        Span<byte> encoded = stackalloc byte[(int)size];
        return TryFill(stream, encoded) ? SnapshotHeader.TryDecode(encoded, out header) : SnapshotError.Malformed;
    }

    public static void WriteRecord(Stream stream, RecordKind kind, Bytes32 id, ReadOnlySpan<byte> value)
    {
        if (value.Length > RecordSizeMax) throw new InvalidOperationException($"A record of {value.Length} bytes does not fit a snapshot.");
        Span<byte> head = stackalloc byte[RecordHeadSize];
        head[0] = (byte)kind;
        id.CopyTo(head[1..]);
        BinaryPrimitives.WriteUInt32BigEndian(head[(1 + Bytes32.Size)..], (uint)value.Length);
        stream.Write(head);
        stream.Write(value);
    }

    /// <summary>The next record; its value lies in <paramref name="buffer"/>, which grows as far as records allow and no further.</summary>
    public static bool TryReadRecord(Stream stream, ref byte[] buffer, out RecordKind kind, out Bytes32 id, out int size)
    {
        Span<byte> head = stackalloc byte[RecordHeadSize];
        kind = default;
        id = default;
        size = 0;
        if (!TryFill(stream, head) || !Bytes32.TryRead(head.Slice(1, Bytes32.Size), out id)) return false;
        kind = (RecordKind)head[0];
        uint length = BinaryPrimitives.ReadUInt32BigEndian(head[(1 + Bytes32.Size)..]);
        if (length > RecordSizeMax) return false;
        size = (int)length;
        // In steps: a length alone must not make us allocate what the stream does not hold.
        const int step = 1 << 16;
        for (int read = 0; read < size;)
        {
            int next = Math.Min(size, read + step);
            if (buffer.Length < next) Array.Resize(ref buffer, Math.Min(size, 2 * next));
            if (!TryFill(stream, buffer.AsSpan(read, next - read))) return false;
            read = next;
        }
        return true;
    }

    private static bool TryFill(Stream stream, Span<byte> buffer) => stream.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false) == buffer.Length;
}
