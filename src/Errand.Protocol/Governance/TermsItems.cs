using System.Collections.Immutable;
using Errand.Primitives;

namespace Errand.Protocol;

/// <summary>Readers and writers of the lists that genesis and later terms hold.</summary>
internal static class TermsItems
{
    public static bool Rises<T>(ImmutableArray<T> items, Func<T, Bytes32> key) =>
        items.Zip(items.Skip(1), (first, second) => key(first) < key(second)).All(rises => rises);

    public static void Write(CanonicalWriter writer, ImmutableArray<PinnedRoot> roots)
    {
        writer.Array(roots.Length);
        foreach (PinnedRoot root in roots) writer.Array(3).UInt((ulong)root.Class).Bool(root.Development).Bytes(root.PublicKeySha256);
    }

    public static void Write(CanonicalWriter writer, ImmutableArray<ReferenceValue> references)
    {
        writer.Array(references.Length);
        foreach (ReferenceValue reference in references) writer.Array(2).UInt((ulong)reference.Tee).Bytes(reference.Tuple.Span);
    }

    public static void Write(CanonicalWriter writer, ImmutableArray<FirmwareFloor> floors)
    {
        writer.Array(floors.Length);
        foreach (FirmwareFloor floor in floors) writer.Array(2).UInt((ulong)floor.Tee).Bytes(floor.Tuple.Span);
    }

    public static void Write(CanonicalWriter writer, ImmutableArray<ReadOnlyMemory<byte>> tuples)
    {
        writer.Array(tuples.Length);
        foreach (ReadOnlyMemory<byte> tuple in tuples) writer.Bytes(tuple.Span);
    }

    public static bool TryReadRoot(ReadOnlySpan<byte> item, out PinnedRoot value)
    {
        value = null!;
        var reader = new CanonicalReader(item);
        if (!reader.TryReadArrayHeader(3, out int count) || count != 3 || !reader.TryReadUInt(out ulong rootClass) || rootClass is 0 or > byte.MaxValue
            || !reader.TryReadBool(out bool development) || !TryReadKey(ref reader, out Bytes32 digest)) return false;
        value = new PinnedRoot((int)rootClass, development, digest);
        return true;
    }

    public static bool TryReadReference(ReadOnlySpan<byte> item, out ReferenceValue value)
    {
        bool read = TryReadOfTee(item, out TeeKind tee, out byte[] tuple);
        value = new ReferenceValue(tee, tuple);
        return read;
    }

    public static bool TryReadFloor(ReadOnlySpan<byte> item, out FirmwareFloor value)
    {
        bool read = TryReadOfTee(item, out TeeKind tee, out byte[] tuple);
        value = new FirmwareFloor(tee, tuple);
        return read;
    }

    /// <summary>A tuple of the attestation library: a byte string that holds canonical CBOR.</summary>
    public static bool TryReadTuple(ReadOnlySpan<byte> item, out ReadOnlyMemory<byte> value)
    {
        var reader = new CanonicalReader(item);
        bool read = TryReadTuple(ref reader, out byte[] tuple);
        value = tuple;
        return read;
    }

    public static bool TryReadTuple(ref CanonicalReader reader, out byte[] tuple)
    {
        bool read = reader.TryReadBytes(ProtocolLimits.ReportSizeMax, out ReadOnlySpan<byte> bytes) && CanonicalCbor.IsCanonical(bytes);
        tuple = read ? bytes.ToArray() : [];
        return read;
    }

    public static bool TryReadKey(ref CanonicalReader reader, out Bytes32 key)
    {
        key = default;
        return reader.TryReadBytes(Bytes32.Size, out ReadOnlySpan<byte> bytes) && Bytes32.TryRead(bytes, out key);
    }

    private static bool TryReadOfTee(ReadOnlySpan<byte> item, out TeeKind kind, out byte[] tuple)
    {
        kind = TeeKind.None;
        tuple = [];
        var reader = new CanonicalReader(item);
        if (!reader.TryReadArrayHeader(2, out int count) || count != 2 || !reader.TryReadUInt(out ulong tee) || tee is 0 or > (ulong)TeeKind.Max
            || !TryReadTuple(ref reader, out tuple)) return false;
        kind = (TeeKind)tee;
        return true;
    }
}
