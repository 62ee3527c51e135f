using System.Buffers;
using System.Buffers.Binary;
using Errand.Primitives;

namespace Errand.Ledger;

/// <summary>The leaf of an entry in the ledger's Merkle tree.</summary>
/// <remarks>
/// <code>
/// time   8 bytes   Unix time in milliseconds, big-endian
/// entry  1 … 65,527 bytes
/// </code>
/// The time stands in the leaf because deadlines depend on it: a ledger that could change times after the fact could change
/// outcomes under unchanged checkpoints. It has a fixed width and comes first, so that the split is unambiguous without another
/// length, and the leaf can stand in a C2SP tlog-tiles entry bundle as it is. CBOR would add nothing but a second encoding
/// to check; a time beside the tree would need its own commitment.
/// </remarks>
public static class LedgerLeaf
{
    /// <summary>Length of the time.</summary>
    public const int TimeSizeBytes = sizeof(long);

    /// <summary>The leaf's hash: SHA-256(0x00 || time || entry), RFC 9162 section 2.1.1.</summary>
    /// <exception cref="ArgumentException">The entry is longer than <see cref="LedgerLimits.EntrySizeBytesMax"/>.</exception>
    public static Bytes32 Hash(long timeMilliseconds, ReadOnlySpan<byte> entry)
    {
        byte[] leaf = ArrayPool<byte>.Shared.Rent(TimeSizeBytes + entry.Length);
        int size = Write(timeMilliseconds, entry, leaf);
        Bytes32 hash = MerkleHasher.Leaf(leaf.AsSpan(0, size));
        ArrayPool<byte>.Shared.Return(leaf);
        return hash;
    }

    /// <summary>Writes the leaf to the start of <paramref name="destination"/> and returns its length.</summary>
    /// <exception cref="ArgumentException">The entry is too long, or <paramref name="destination"/> too short.</exception>
    public static int Write(long timeMilliseconds, ReadOnlySpan<byte> entry, Span<byte> destination)
    {
        if (entry.Length > LedgerLimits.EntrySizeBytesMax) throw new ArgumentException("The entry is too long.", nameof(entry));
        BinaryPrimitives.WriteInt64BigEndian(destination, timeMilliseconds);
        entry.CopyTo(destination[TimeSizeBytes..]);
        return TimeSizeBytes + entry.Length;
    }
}
