using Errand.Ledger;
using Errand.Primitives;

namespace Errand.Client;

/// <summary>An entry of the log in a bundle; its position is its place in the list.</summary>
internal sealed record BundleEntry(long TimeMilliseconds, ReadOnlyMemory<byte> Bytes)
{
    public void WriteTo(CanonicalWriter writer) => writer.Array(2).UInt((ulong)TimeMilliseconds).Bytes(Bytes.Span);

    public static bool TryRead(ReadOnlySpan<byte> item, out BundleEntry entry)
    {
        entry = null!;
        var reader = new CanonicalReader(item);
        if (!reader.TryReadArrayHeader(2, out int count) || count != 2 || !reader.TryReadUInt(out ulong time) || time > long.MaxValue
            || !reader.TryReadBytes(LedgerLimits.EntrySizeBytesMax, out ReadOnlySpan<byte> bytes) || bytes.IsEmpty) return false;
        entry = new BundleEntry((long)time, bytes.ToArray());
        return true;
    }
}
