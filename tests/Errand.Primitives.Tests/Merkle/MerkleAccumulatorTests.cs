using System.Security.Cryptography;

namespace Errand.Primitives.Tests;

/// <summary>The accumulator against the recursive definition of RFC 9162 section 2.1.1.</summary>
public sealed class MerkleAccumulatorTests
{
    [Fact]
    public void Every_tree_of_up_to_300_leaves_has_the_root_of_the_definition()
    {
        var accumulator = new MerkleAccumulator();
        var leaves = new List<byte[]>();
        for (int count = 0; count <= 300; count++)
        {
            Assert.Equal(count, accumulator.Count);
            Assert.Equal(TreeHash(leaves.ToArray()), accumulator.Root.ToArray());
            var leaf = new byte[count % 70];
            Array.Fill(leaf, unchecked((byte)count));
            leaves.Add(leaf);
            accumulator.Append(leaf);
        }
    }

    [Fact]
    public void Leaves_may_be_appended_by_their_hashes()
    {
        MerkleAccumulator byData = new(), byHash = new();
        for (byte i = 0; i < 20; i++)
        {
            byData.Append([i]);
            byHash.AppendLeafHash(MerkleHasher.Leaf([i]));
            Assert.Equal(byData.Root, byHash.Root);
        }
    }

    [Fact]
    public void The_empty_tree_is_SHA_256_of_nothing() =>
        Assert.Equal("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", new MerkleAccumulator().Root.ToString());

    [Fact]
    public void A_leaf_that_looks_like_a_node_has_another_hash()
    {
        Bytes32 left = MerkleHasher.Leaf([1]), right = MerkleHasher.Leaf([2]);
        Assert.NotEqual(MerkleHasher.Node(left, right), MerkleHasher.Leaf([.. left.ToArray(), .. right.ToArray()]));
        Assert.NotEqual(MerkleHasher.Node(left, right), MerkleHasher.Node(right, left));
    }

    private static byte[] TreeHash(ReadOnlySpan<byte[]> leaves)
    {
        if (leaves.IsEmpty) return SHA256.HashData([]);
        if (leaves.Length == 1) return SHA256.HashData([0x00, .. leaves[0]]);
        // k is the largest power of two smaller than n.
        int k = 1;
        while (k * 2 < leaves.Length) k *= 2;
        return SHA256.HashData([0x01, .. TreeHash(leaves[..k]), .. TreeHash(leaves[k..])]);
    }
}
