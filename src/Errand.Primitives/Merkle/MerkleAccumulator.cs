namespace Errand.Primitives;

/// <summary>Gives the root of a growing Merkle tree (RFC 9162) in memory of the logarithm of its size.</summary>
public sealed class MerkleAccumulator
{
    // Roots of the full subtrees, largest first: one for each bit set in the count.
    private readonly List<Bytes32> _peaks;

    /// <summary>An empty tree.</summary>
    public MerkleAccumulator() => _peaks = [];

    private MerkleAccumulator(MerkleAccumulator other)
    {
        _peaks = [.. other._peaks];
        Count = other.Count;
    }

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

    /// <summary>An independent tree of the same leaves, to go back to when appending further ones fails.</summary>
    public MerkleAccumulator Clone() => new(this);

    /// <summary>Appends a leaf by its data.</summary>
    public void Append(ReadOnlySpan<byte> leaf) => AppendLeafHash(MerkleHasher.Leaf(leaf));

    /// <summary>Appends a leaf by its hash.</summary>
    public void AppendLeafHash(Bytes32 leafHash) => AppendLeafHash(leafHash, null);

    /// <summary>Appends a leaf by its hash and tells <paramref name="completed"/> of every subtree it fills, from level 1 upwards.</summary>
    public void AppendLeafHash(Bytes32 leafHash, MerkleNodeSink? completed)
    {
        Bytes32 node = leafHash;
        int level = 0;
        for (long bits = Count; (bits & 1) != 0; bits >>= 1)
        {
            node = MerkleHasher.Node(_peaks[^1], node);
            _peaks.RemoveAt(_peaks.Count - 1);
            level++;
            completed?.Invoke(level, Count >> level, node);
        }
        _peaks.Add(node);
        Count++;
    }
}
