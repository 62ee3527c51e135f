namespace Errand.Primitives;

/// <summary>Gives the root of a growing Merkle tree (RFC 9162) in memory of the logarithm of its size.</summary>
public sealed class MerkleAccumulator
{
    // Roots of the full subtrees, largest first: one for each bit set in the count.
    private readonly List<Bytes32> _peaks = [];

    /// <summary>How many leaves have been appended.</summary>
    public long Count { get; private set; }

    /// <summary>The tree hash over all leaves so far.</summary>
    public Bytes32 Root
    {
        get
        {
            if (_peaks.Count == 0) return MerkleHasher.Empty;
            Bytes32 root = _peaks[^1];
            for (int i = _peaks.Count - 2; i >= 0; i--) root = MerkleHasher.Node(_peaks[i], root);
            return root;
        }
    }

    /// <summary>Appends a leaf by its data.</summary>
    public void Append(ReadOnlySpan<byte> leaf) => AppendLeafHash(MerkleHasher.Leaf(leaf));

    /// <summary>Appends a leaf by its hash.</summary>
    public void AppendLeafHash(Bytes32 leafHash)
    {
        Bytes32 node = leafHash;
        for (long bits = Count; (bits & 1) != 0; bits >>= 1)
        {
            node = MerkleHasher.Node(_peaks[^1], node);
            _peaks.RemoveAt(_peaks.Count - 1);
        }
        _peaks.Add(node);
        Count++;
    }
}
