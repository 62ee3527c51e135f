using Errand.Ledger;
using Errand.Primitives;

namespace Errand.Client;

/// <summary>The Merkle tree (RFC 9162) over the entries read so far, with all its nodes: 64 bytes an entry.</summary>
/// <remarks>Made from the entries themselves, so it can judge checkpoints and prove to others what this reader has seen.</remarks>
public sealed class LogTree
{
    private readonly MerkleAccumulator _accumulator = new();
    private readonly List<List<Bytes32>> _levels = [[]];

    /// <summary>Entries so far.</summary>
    public long Count => _accumulator.Count;

    /// <summary>The tree hash over all of them.</summary>
    public Bytes32 Root => _accumulator.Root;

    /// <summary>Appends the next entry.</summary>
    public void Append(long timeMilliseconds, ReadOnlySpan<byte> entry) => Append(LedgerLeaf.Hash(timeMilliseconds, entry));

    /// <summary>The leaf hash of an entry.</summary>
    public Bytes32 Leaf(long position) => Node(0, position);

    /// <summary>The tree hash over the first <paramref name="size"/> entries.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There are fewer.</exception>
    public Bytes32 RootAt(long size)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(size, Count);
        return MerkleProofs.Root(size, Node);
    }

    /// <summary>Proves that an entry is among the first <paramref name="size"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Not 0 ≤ position &lt; size ≤ count.</exception>
    public IReadOnlyList<Bytes32> ProveInclusion(long position, long size)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(size, Count);
        return MerkleProofs.ProveInclusion(position, size, Node);
    }

    /// <summary>Proves that the first <paramref name="newSize"/> entries begin with the first <paramref name="oldSize"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Not 0 ≤ old size ≤ new size ≤ count.</exception>
    public IReadOnlyList<Bytes32> ProveConsistency(long oldSize, long newSize)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(newSize, Count);
        return MerkleProofs.ProveConsistency(oldSize, newSize, Node);
    }

    /// <summary>True when a checkpoint is over exactly these first entries.</summary>
    public bool Matches(Checkpoint checkpoint)
    {
        ArgumentNullException.ThrowIfNull(checkpoint);
        return checkpoint.Size <= Count && RootAt(checkpoint.Size) == checkpoint.Root;
    }

    private void Append(Bytes32 leaf)
    {
        _levels[0].Add(leaf);
        _accumulator.AppendLeafHash(leaf, (level, _, hash) =>
        {
            if (_levels.Count == level) _levels.Add([]);
            _levels[level].Add(hash);
        });
    }

    private Bytes32 Node(int level, long index) => _levels[level][(int)index];
}
