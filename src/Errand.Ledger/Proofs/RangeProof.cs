using System.Numerics;
using Errand.Primitives;

namespace Errand.Ledger;

/// <summary>Proves that a run of leaves lies at its place in a tree: the full subtrees to the left of it and to the right.</summary>
/// <remarks>
/// The tree over n leaves (RFC 9162) is the one way to join full subtrees that follow each other from left to right. So whoever has
/// the subtrees before a run, its leaves, and the subtrees behind it can compute the root, and that of the tree that ends where the run
/// begins: the proof shows consistency with that too. At most 62 hashes on the left and 124 on the right.
/// </remarks>
/// <param name="Left">Subtrees over the leaves before the run, largest first.</param>
/// <param name="Right">Subtrees over the leaves behind it, up to the tree's size, from left to right.</param>
public sealed record RangeProof(IReadOnlyList<Bytes32> Left, IReadOnlyList<Bytes32> Right)
{
    /// <summary>The most hashes on either side.</summary>
    public const int CountMax = 126;

    /// <summary>Proves the leaves from one position up to, not including, another in the tree of the first <paramref name="size"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Not 0 ≤ from ≤ end ≤ size.</exception>
    public static RangeProof Prove(long from, long end, long size, MerkleNodeSource nodes)
    {
        ArgumentNullException.ThrowIfNull(nodes);
        ArgumentOutOfRangeException.ThrowIfNegative(from);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(from, end);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(end, size);
        return new RangeProof([.. Subtrees(0, from).Select(At)], [.. Subtrees(end, size).Select(At)]);

        Bytes32 At((int Level, long Index) subtree) => nodes(subtree.Level, subtree.Index);
    }

    /// <summary>The proof for the empty run at the same place: the leaves join the subtrees behind them.</summary>
    /// <remarks>By this whoever was shown a page of a forked tree can prove the fork without asking again.</remarks>
    public RangeProof WithoutLeaves(long from, IReadOnlyList<Bytes32> leaves, long size)
    {
        ArgumentNullException.ThrowIfNull(leaves);
        var joined = new List<(int Level, long Index, Bytes32 Hash)>();
        for (int i = 0; i < leaves.Count; i++) Join(joined, 0, from + i, leaves[i]);
        int next = 0;
        foreach ((int level, long index) in Subtrees(from + leaves.Count, size)) Join(joined, level, index, Right[next++]);
        return this with { Right = [.. joined.Select(subtree => subtree.Hash)] };
    }

    /// <summary>Computes what the proof shows: the root over all, and the root over what lies before the run.</summary>
    /// <returns>False when the proof has another number of hashes than the places ask for. Never throws for content.</returns>
    public bool TryRoots(long from, IReadOnlyList<Bytes32> leaves, long size, out Bytes32 root, out Bytes32 before)
    {
        ArgumentNullException.ThrowIfNull(leaves);
        root = before = default;
        if (from < 0 || size < 0 || leaves.Count > size || from > size - leaves.Count) return false;
        var tree = new Peaks();
        if (!tree.TryAdd(Subtrees(0, from), Left)) return false;
        before = tree.Root;
        foreach (Bytes32 leaf in leaves) tree.Add(0, leaf);
        if (!tree.TryAdd(Subtrees(from + leaves.Count, size), Right)) return false;
        root = tree.Root;
        return true;
    }

    /// <summary>True when the leaves lie from <paramref name="from"/> on in the tree of this size and root.</summary>
    public bool Verify(long from, IReadOnlyList<Bytes32> leaves, long size, Bytes32 root) => TryRoots(from, leaves, size, out Bytes32 found, out _) && found == root;

    // The full, aligned subtrees that together are the leaves [begin, end) of a tree that ends at end or later.
    private static IEnumerable<(int Level, long Index)> Subtrees(long begin, long end)
    {
        while (begin < end)
        {
            int fits = BitOperations.Log2((ulong)(end - begin));
            int level = begin == 0 ? fits : Math.Min(fits, BitOperations.TrailingZeroCount(begin));
            yield return (level, begin >> level);
            begin += 1L << level;
        }
    }

    // Two halves of one subtree are always the same two: joining as early as possible gives the fewest.
    private static void Join(List<(int Level, long Index, Bytes32 Hash)> joined, int level, long index, Bytes32 hash)
    {
        while (joined.Count > 0 && (index & 1) != 0 && joined[^1].Level == level && joined[^1].Index == index - 1)
        {
            hash = MerkleHasher.Node(joined[^1].Hash, hash);
            joined.RemoveAt(joined.Count - 1);
            (level, index) = (level + 1, index >> 1);
        }
        joined.Add((level, index, hash));
    }

    /// <summary>A tree that grows by full subtrees instead of leaves.</summary>
    private sealed class Peaks
    {
        private readonly List<Bytes32> _peaks = [];
        private long _count;

        internal Bytes32 Root
        {
            get
            {
                if (_peaks.Count == 0) return MerkleHasher.Empty;
                Bytes32 root = _peaks[^1];
                for (int i = _peaks.Count - 2; i >= 0; i--) root = MerkleHasher.Node(_peaks[i], root);
                return root;
            }
        }

        internal bool TryAdd(IEnumerable<(int Level, long Index)> places, IReadOnlyList<Bytes32> hashes)
        {
            int next = 0;
            foreach ((int level, _) in places)
            {
                if (next == hashes.Count) return false;
                Add(level, hashes[next++]);
            }
            return next == hashes.Count;
        }

        internal void Add(int level, Bytes32 hash)
        {
            Bytes32 node = hash;
            for (long bits = _count >> level; (bits & 1) != 0; bits >>= 1)
            {
                node = MerkleHasher.Node(_peaks[^1], node);
                _peaks.RemoveAt(_peaks.Count - 1);
            }
            _peaks.Add(node);
            _count += 1L << level;
        }
    }
}
