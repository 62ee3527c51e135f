using System.Numerics;

namespace Errand.Primitives;

/// <summary>
/// Inclusion and consistency proofs of Merkle trees: generation and verification (RFC 9162 sections 2.1.3 and 2.1.4).
/// </summary>
/// <remarks>
/// A proof is a list of 32-byte hashes, at most 63 for inclusion and 64 for consistency. An inclusion proof shows that a leaf is
/// at a position of a tree; a consistency proof shows that the leaves of a smaller tree are the first leaves of a larger one.
/// </remarks>
public static class MerkleProofs
{
    /// <summary>The tree hash over the first <paramref name="size"/> leaves.</summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="size"/> is negative.</exception>
    public static Bytes32 Root(long size, MerkleNodeSource nodes)
    {
        ArgumentNullException.ThrowIfNull(nodes);
        ArgumentOutOfRangeException.ThrowIfNegative(size);
        return size == 0 ? MerkleHasher.Empty : Range(0, size, nodes);
    }

    /// <summary>Proves that leaf <paramref name="index"/> is in the tree of the first <paramref name="size"/> leaves.</summary>
    /// <returns>The sibling hashes from the leaf upwards: PATH(index, D[size]) of RFC 9162 section 2.1.3.1.</returns>
    /// <exception cref="ArgumentOutOfRangeException">Not 0 ≤ index &lt; size.</exception>
    public static IReadOnlyList<Bytes32> ProveInclusion(long index, long size, MerkleNodeSource nodes)
    {
        ArgumentNullException.ThrowIfNull(nodes);
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, size);
        var path = new List<Bytes32>();
        // From the root downwards: at each split the half without the leaf is a sibling.
        (long begin, long end) = (0, size);
        while (end - begin > 1)
        {
            long middle = begin + SplitPoint(end - begin);
            if (index < middle)
            {
                path.Add(Range(middle, end, nodes));
                end = middle;
            }
            else
            {
                path.Add(Range(begin, middle, nodes));
                begin = middle;
            }
        }
        path.Reverse();
        return path;
    }

    /// <summary>Proves that the tree of the first <paramref name="newSize"/> leaves begins with the tree of the first <paramref name="oldSize"/>.</summary>
    /// <returns>PROOF(oldSize, D[newSize]) of RFC 9162 section 2.1.4.1; empty when the sizes are equal or the old tree is empty.</returns>
    /// <exception cref="ArgumentOutOfRangeException">Not 0 ≤ oldSize ≤ newSize.</exception>
    public static IReadOnlyList<Bytes32> ProveConsistency(long oldSize, long newSize, MerkleNodeSource nodes)
    {
        ArgumentNullException.ThrowIfNull(nodes);
        ArgumentOutOfRangeException.ThrowIfNegative(oldSize);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(oldSize, newSize);
        if (oldSize == 0 || oldSize == newSize) return [];
        var path = new List<Bytes32>();
        (long begin, long end) = (0, newSize);
        while (end != oldSize)
        {
            long middle = begin + SplitPoint(end - begin);
            if (oldSize <= middle)
            {
                path.Add(Range(middle, end, nodes));
                end = middle;
            }
            else
            {
                path.Add(Range(begin, middle, nodes));
                begin = middle;
            }
        }
        // The whole old tree is known to the verifier already; a part of it is not.
        if (begin > 0) path.Add(Range(begin, end, nodes));
        path.Reverse();
        return path;
    }

    /// <summary>Verifies an inclusion proof (RFC 9162 section 2.1.3.2).</summary>
    /// <returns>True only if the proof leads from <paramref name="leafHash"/> at <paramref name="index"/> to <paramref name="root"/> of a tree of <paramref name="size"/> leaves. Never throws for content.</returns>
    public static bool VerifyInclusion(Bytes32 leafHash, long index, long size, Bytes32 root, IReadOnlyList<Bytes32> path)
    {
        ArgumentNullException.ThrowIfNull(path);
        if (index < 0 || index >= size) return false;
        (long node, long last) = (index, size - 1);
        Bytes32 hash = leafHash;
        foreach (Bytes32 sibling in path)
        {
            if (last == 0) return false;
            if ((node & 1) != 0 || node == last)
            {
                hash = MerkleHasher.Node(sibling, hash);
                // A right edge node without a sibling moves up unhashed.
                while ((node & 1) == 0 && node != 0) (node, last) = (node >> 1, last >> 1);
            }
            else
            {
                hash = MerkleHasher.Node(hash, sibling);
            }
            (node, last) = (node >> 1, last >> 1);
        }
        return last == 0 && hash == root;
    }

    /// <summary>Verifies a consistency proof (RFC 9162 section 2.1.4.2).</summary>
    /// <remarks>The RFC leaves an old size of 0 open; here it takes the hash of the empty tree and an empty proof, as C2SP tlog-witness does.</remarks>
    /// <returns>True only if the proof shows the old tree to be the beginning of the new one. Never throws for content.</returns>
    public static bool VerifyConsistency(long oldSize, Bytes32 oldRoot, long newSize, Bytes32 newRoot, IReadOnlyList<Bytes32> path)
    {
        ArgumentNullException.ThrowIfNull(path);
        if (oldSize < 0 || oldSize > newSize) return false;
        if (oldSize == newSize) return path.Count == 0 && oldRoot == newRoot && (oldSize > 0 || oldRoot == MerkleHasher.Empty);
        if (oldSize == 0) return path.Count == 0 && oldRoot == MerkleHasher.Empty;

        // Step 2: the root of an old tree of full size is the first hash, and is left out of the proof.
        int next = 0;
        Bytes32 first;
        if (BitOperations.IsPow2(oldSize))
        {
            first = oldRoot;
        }
        else
        {
            if (path.Count == 0) return false;
            first = path[next++];
        }

        // Steps 3 to 5.
        (long node, long last) = (oldSize - 1, newSize - 1);
        while ((node & 1) != 0) (node, last) = (node >> 1, last >> 1);
        (Bytes32 oldHash, Bytes32 newHash) = (first, first);
        for (; next < path.Count; next++)
        {
            if (last == 0) return false;
            Bytes32 sibling = path[next];
            if ((node & 1) != 0 || node == last)
            {
                oldHash = MerkleHasher.Node(sibling, oldHash);
                newHash = MerkleHasher.Node(sibling, newHash);
                while ((node & 1) == 0 && node != 0) (node, last) = (node >> 1, last >> 1);
            }
            else
            {
                newHash = MerkleHasher.Node(newHash, sibling);
            }
            (node, last) = (node >> 1, last >> 1);
        }
        return last == 0 && oldHash == oldRoot && newHash == newRoot;
    }

    // The tree hash over the leaves [begin, end), end > begin. Splitting keeps begin a multiple of the left half's size, so that
    // every full subtree met is one the source knows.
    private static Bytes32 Range(long begin, long end, MerkleNodeSource nodes)
    {
        long size = end - begin;
        if (BitOperations.IsPow2(size))
        {
            int level = BitOperations.TrailingZeroCount(size);
            return nodes(level, begin >> level);
        }
        long middle = begin + SplitPoint(size);
        return MerkleHasher.Node(Range(begin, middle, nodes), Range(middle, end, nodes));
    }

    // The largest power of two smaller than size; size > 1 (RFC 9162 section 2.1.1).
    private static long SplitPoint(long size) => 1L << BitOperations.Log2((ulong)(size - 1));
}
