using Errand.Ledger;
using Errand.Primitives;

namespace Errand.Client;

/// <summary>Proves that an entry of a bundle's core is in the log over which the bundle's checkpoint was signed (RFC 9162 section 2.1.3).</summary>
/// <param name="Position">Of the entry in the log.</param>
/// <param name="TimeMilliseconds">The ledger's time for it, which its leaf holds.</param>
/// <param name="Path">From the leaf upwards.</param>
internal sealed record BundleInclusion(long Position, long TimeMilliseconds, IReadOnlyList<Bytes32> Path)
{
    private const int PathCountMax = 63;
    private const ulong NumberMax = 1UL << 53;

    public bool Holds(ReadOnlyMemory<byte> entry, Checkpoint checkpoint) =>
        Position < checkpoint.Size && MerkleProofs.VerifyInclusion(LedgerLeaf.Hash(TimeMilliseconds, entry.Span), Position, checkpoint.Size, checkpoint.Root, Path);

    public void WriteTo(CanonicalWriter writer)
    {
        writer.Array(3).UInt((ulong)Position).UInt((ulong)TimeMilliseconds).Array(Path.Count);
        foreach (Bytes32 hash in Path) writer.Bytes(hash);
    }

    public static bool TryRead(ReadOnlySpan<byte> item, out BundleInclusion inclusion)
    {
        inclusion = null!;
        var reader = new CanonicalReader(item);
        if (!reader.TryReadArrayHeader(3, out int count) || count != 3 || !reader.TryReadUInt(out ulong position) || !reader.TryReadUInt(out ulong time) || position > NumberMax || time > NumberMax
            || !reader.TryReadArrayHeader(PathCountMax, out int length)) return false;
        var path = new Bytes32[length];
        for (int i = 0; i < length; i++)
            if (!reader.TryReadBytes(Bytes32.Size, out ReadOnlySpan<byte> hash) || !Bytes32.TryRead(hash, out path[i])) return false;
        inclusion = new BundleInclusion((long)position, (long)time, path);
        return true;
    }
}
