using Errand.Primitives;

namespace Errand.Ledger;

/// <summary>A ledger that holds its own tree: it can prove to others what it says.</summary>
public interface ITreeLedger : ILedger
{
    /// <summary>What others verify its checkpoints with.</summary>
    VerifierKey VerifierKey { get; }

    /// <summary>The newest checkpoint; it covers only durable entries.</summary>
    SignedCheckpoint LatestCheckpoint { get; }

    /// <summary>Waits for a checkpoint over at least <paramref name="size"/> entries, and gives the newest.</summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="size"/> is negative.</exception>
    ValueTask<SignedCheckpoint> WaitForCheckpointAsync(long size, CancellationToken cancellation = default);

    /// <summary>Proves that an entry is in the tree of the first <paramref name="treeSize"/> entries (RFC 9162 section 2.1.3).</summary>
    /// <exception cref="ArgumentOutOfRangeException">Not 0 ≤ position &lt; tree size ≤ count.</exception>
    IReadOnlyList<Bytes32> ProveInclusion(long position, long treeSize);

    /// <summary>Proves that the tree of <paramref name="newSize"/> entries continues that of <paramref name="oldSize"/> (RFC 9162 section 2.1.4).</summary>
    /// <exception cref="ArgumentOutOfRangeException">Not 0 ≤ old size ≤ new size ≤ count.</exception>
    IReadOnlyList<Bytes32> ProveConsistency(long oldSize, long newSize);

    /// <summary>Proves that the entries from one position up to, not including, another lie there in the tree of the first <paramref name="treeSize"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Not 0 ≤ from ≤ up to ≤ tree size ≤ count.</exception>
    RangeProof ProveRange(long from, long upTo, long treeSize);

    /// <summary>Hashes of a tile (C2SP tlog-tiles): roots of full subtrees of 256^<paramref name="tileLevel"/> entries.</summary>
    /// <param name="tileLevel">0 for leaf hashes.</param>
    /// <param name="from">The first, counted from the left.</param>
    /// <param name="count">1 … 256.</param>
    /// <exception cref="ArgumentOutOfRangeException">The ledger has not all of them.</exception>
    IReadOnlyList<Bytes32> ReadHashes(int tileLevel, long from, int count);
}
