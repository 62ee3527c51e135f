using CsCheck;

namespace Errand.Primitives.Tests;

public sealed class MerkleProofsTests
{
    private const int SizeMax = 130;

    // The tree of RFC 9162 by its recursive definition: a second implementation that judges the first.
    private static readonly Bytes32[] Leaves = [.. Enumerable.Range(0, SizeMax + 1).Select(i => MerkleHasher.Leaf([(byte)i, (byte)(i * 7 % 256)]))];
    private static readonly Bytes32[] Roots = [.. Enumerable.Range(0, SizeMax + 1).Select(n => TreeHash(Leaves.AsSpan(0, n)))];

    [Fact]
    public void Accumulator_and_root_agree_with_the_definition_at_every_size()
    {
        var accumulator = new MerkleAccumulator();
        for (int size = 0; size <= SizeMax; size++)
        {
            Assert.Equal(Roots[size], accumulator.Root);
            Assert.Equal(Roots[size], MerkleProofs.Root(size, Node));
            accumulator.AppendLeafHash(Leaves[size]);
        }
    }

    [Fact]
    public void Published_roots_of_the_certificate_transparency_tree_hold()
    {
        // The eight-leaf test tree that certificate-transparency implementations share.
        string[] leaves = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"];
        string[] roots =
        [
            "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
            "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
            "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
            "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
            "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
            "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
            "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
            "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
        ];
        var accumulator = new MerkleAccumulator();
        Assert.Equal("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", accumulator.Root.ToString());
        for (int i = 0; i < leaves.Length; i++)
        {
            accumulator.Append(Convert.FromHexString(leaves[i]));
            Assert.Equal(roots[i], accumulator.Root.ToString());
        }
    }

    [Fact]
    public void Every_inclusion_proof_up_to_130_leaves_holds_and_is_as_short_as_the_definition()
    {
        for (int size = 1; size <= SizeMax; size++)
        {
            for (int index = 0; index < size; index++)
            {
                IReadOnlyList<Bytes32> path = MerkleProofs.ProveInclusion(index, size, Node);
                Assert.Equal(Path(index, Leaves.AsSpan(0, size)), path);
                Assert.True(MerkleProofs.VerifyInclusion(Leaves[index], index, size, Roots[size], path));
            }
        }
    }

    [Fact]
    public void Every_consistency_proof_up_to_130_leaves_holds_and_is_as_short_as_the_definition()
    {
        for (int newSize = 0; newSize <= SizeMax; newSize++)
        {
            for (int oldSize = 0; oldSize <= newSize; oldSize++)
            {
                IReadOnlyList<Bytes32> path = MerkleProofs.ProveConsistency(oldSize, newSize, Node);
                if (oldSize > 0) Assert.Equal(Subproof(oldSize, Leaves.AsSpan(0, newSize), true), path);
                Assert.True(MerkleProofs.VerifyConsistency(oldSize, Roots[oldSize], newSize, Roots[newSize], path));
            }
        }
    }

    [Fact]
    public void No_inclusion_proof_holds_for_another_index_size_leaf_or_root()
    {
        for (int size = 1; size <= 40; size++)
        {
            for (int index = 0; index < size; index++)
            {
                IReadOnlyList<Bytes32> path = MerkleProofs.ProveInclusion(index, size, Node);
                for (int other = -1; other <= size + 1; other++)
                {
                    if (other != index) Assert.False(MerkleProofs.VerifyInclusion(Leaves[index], other, size, Roots[size], path));
                }
                for (int other = 0; other <= 40; other++)
                {
                    if (other == size) continue;
                    Assert.False(MerkleProofs.VerifyInclusion(Leaves[index], index, size, Roots[other], path));
                    // The path alone does not fix the size; with the true root of that size it must.
                    Assert.False(MerkleProofs.VerifyInclusion(Leaves[index], index, other, Roots[other], path));
                }
                Assert.False(MerkleProofs.VerifyInclusion(Leaves[index + 1], index, size, Roots[size], path));
                foreach (Bytes32[] wrong in Mutations(path)) Assert.False(MerkleProofs.VerifyInclusion(Leaves[index], index, size, Roots[size], wrong));
            }
        }
    }

    [Fact]
    public void No_consistency_proof_holds_for_other_sizes_or_roots_or_when_mutated()
    {
        for (int newSize = 1; newSize <= 40; newSize++)
        {
            for (int oldSize = 0; oldSize <= newSize; oldSize++)
            {
                IReadOnlyList<Bytes32> path = MerkleProofs.ProveConsistency(oldSize, newSize, Node);
                for (int other = 0; other <= 41; other++)
                {
                    if (other != oldSize) Assert.False(MerkleProofs.VerifyConsistency(oldSize, Roots[other], newSize, Roots[newSize], path));
                    // An empty old tree is the beginning of every tree.
                    if (other != newSize && oldSize > 0) Assert.False(MerkleProofs.VerifyConsistency(oldSize, Roots[oldSize], newSize, Roots[other], path));
                }
                foreach (Bytes32[] wrong in Mutations(path))
                    Assert.False(MerkleProofs.VerifyConsistency(oldSize, Roots[oldSize], newSize, Roots[newSize], wrong));
            }
        }
    }

    [Fact]
    public void A_tree_with_one_other_old_leaf_is_not_an_extension()
    {
        for (int changed = 0; changed < 20; changed++)
        {
            Bytes32[] forged = [.. Leaves.Take(40)];
            forged[changed] = MerkleHasher.Leaf([0xFF]);
            Bytes32 root = TreeHash(forged);
            for (int oldSize = changed + 1; oldSize <= 40; oldSize++)
            {
                IReadOnlyList<Bytes32> path = MerkleProofs.ProveConsistency(oldSize, 40, (level, index) => TreeHash(forged.AsSpan((int)index << level, 1 << level)));
                Assert.False(MerkleProofs.VerifyConsistency(oldSize, Roots[oldSize], 40, root, path));
            }
        }
    }

    [Theory]
    [InlineData(-1, 1)]
    [InlineData(1, 1)]
    [InlineData(0, 0)]
    [InlineData(0, -1)]
    [InlineData(5, 4)]
    [InlineData(long.MinValue, long.MaxValue)]
    public void Impossible_inclusion_is_refused_and_cannot_be_proved(long index, long size)
    {
        Assert.False(MerkleProofs.VerifyInclusion(Leaves[0], index, size, Leaves[0], []));
        Assert.Throws<ArgumentOutOfRangeException>(() => MerkleProofs.ProveInclusion(index, size, Node));
    }

    [Theory]
    [InlineData(-1, 0)]
    [InlineData(2, 1)]
    [InlineData(long.MaxValue, 0)]
    public void Impossible_consistency_is_refused_and_cannot_be_proved(long oldSize, long newSize)
    {
        Assert.False(MerkleProofs.VerifyConsistency(oldSize, Leaves[0], newSize, Leaves[0], []));
        Assert.Throws<ArgumentOutOfRangeException>(() => MerkleProofs.ProveConsistency(oldSize, newSize, Node));
    }

    [Fact]
    public void Two_empty_trees_are_consistent_only_with_the_hash_of_nothing()
    {
        Assert.True(MerkleProofs.VerifyConsistency(0, MerkleHasher.Empty, 0, MerkleHasher.Empty, []));
        Assert.False(MerkleProofs.VerifyConsistency(0, Leaves[0], 0, Leaves[0], []));
        Assert.False(MerkleProofs.VerifyConsistency(0, Leaves[0], 1, Leaves[0], []));
    }

    [Fact]
    public void Random_paths_and_sizes_are_refused_without_an_exception() =>
        Gen.Select(Gen.Long, Gen.Long, Gen.Byte.Array[32].Array[0, 70]).Sample((a, b, hashes) =>
        {
            Bytes32[] path = [.. hashes.Select(h => new Bytes32(h))];
            Assert.False(MerkleProofs.VerifyInclusion(Leaves[0], a, b, Roots[1], path));
            Assert.False(MerkleProofs.VerifyConsistency(a, Roots[1], b, Roots[2], path) && path.Length > 0);
        });

    [Fact]
    public void Proofs_hold_in_the_largest_trees()
    {
        // All leaves equal: the node of a level does not depend on where it is.
        var nodes = new Bytes32[64];
        nodes[0] = Leaves[0];
        for (int level = 1; level < nodes.Length; level++) nodes[level] = MerkleHasher.Node(nodes[level - 1], nodes[level - 1]);
        Bytes32 At(int level, long index) => nodes[level];
        foreach (long size in (long[])[long.MaxValue, 1L << 62, (1L << 62) + 1, (1L << 40) - 1])
        {
            Bytes32 root = MerkleProofs.Root(size, At);
            foreach (long index in (long[])[0, size / 2, size - 1])
                Assert.True(MerkleProofs.VerifyInclusion(Leaves[0], index, size, root, MerkleProofs.ProveInclusion(index, size, At)));
            foreach (long old in (long[])[1, size / 3, size - 1])
                Assert.True(MerkleProofs.VerifyConsistency(old, MerkleProofs.Root(old, At), size, root, MerkleProofs.ProveConsistency(old, size, At)));
        }
    }

    [Fact]
    public void Completed_nodes_are_told_once_each_and_are_the_trees()
    {
        var told = new Dictionary<(int, long), Bytes32>();
        var accumulator = new MerkleAccumulator();
        for (int i = 0; i < SizeMax; i++) accumulator.AppendLeafHash(Leaves[i], (level, index, hash) => told.Add((level, index), hash));
        for (int level = 1; level <= 7; level++)
        {
            for (int index = 0; index < SizeMax >> level; index++) Assert.Equal(Node(level, index), told[(level, index)]);
        }
        Assert.Equal(Enumerable.Range(1, 7).Sum(level => SizeMax >> level), told.Count);
    }

    [Fact]
    public void A_clone_grows_by_itself()
    {
        var accumulator = new MerkleAccumulator();
        for (int i = 0; i < 11; i++) accumulator.AppendLeafHash(Leaves[i]);
        MerkleAccumulator clone = accumulator.Clone();
        clone.AppendLeafHash(Leaves[11]);
        Assert.Equal(Roots[11], accumulator.Root);
        Assert.Equal(Roots[12], clone.Root);
    }

    private static Bytes32 Node(int level, long index) => TreeHash(Leaves.AsSpan((int)index << level, 1 << level));

    private static IEnumerable<Bytes32[]> Mutations(IReadOnlyList<Bytes32> path)
    {
        yield return [.. path, Leaves[0]];
        yield return [Leaves[0], .. path];
        if (path.Count > 0) yield return [.. path.Skip(1)];
        if (path.Count > 0) yield return [.. path.Take(path.Count - 1)];
        for (int i = 0; i < path.Count; i++)
        {
            byte[] flipped = path[i].ToArray();
            flipped[i % 32] ^= 1;
            yield return [.. path.Take(i), new Bytes32(flipped), .. path.Skip(i + 1)];
            yield return [.. path.Take(i), path[i], .. path.Skip(i)];
            if (i > 0) yield return [.. path.Take(i - 1), path[i], path[i - 1], .. path.Skip(i + 1)];
        }
    }

    // RFC 9162 sections 2.1.1, 2.1.3.1 and 2.1.4.1, literally.
    private static Bytes32 TreeHash(ReadOnlySpan<Bytes32> leaves) => leaves.Length switch
    {
        0 => MerkleHasher.Empty,
        1 => leaves[0],
        int n => MerkleHasher.Node(TreeHash(leaves[..Split(n)]), TreeHash(leaves[Split(n)..])),
    };

    private static List<Bytes32> Path(int m, ReadOnlySpan<Bytes32> leaves)
    {
        if (leaves.Length == 1) return [];
        int k = Split(leaves.Length);
        return m < k ? [.. Path(m, leaves[..k]), TreeHash(leaves[k..])] : [.. Path(m - k, leaves[k..]), TreeHash(leaves[..k])];
    }

    private static List<Bytes32> Subproof(int m, ReadOnlySpan<Bytes32> leaves, bool whole)
    {
        if (m == leaves.Length) return whole ? [] : [TreeHash(leaves)];
        int k = Split(leaves.Length);
        return m <= k ? [.. Subproof(m, leaves[..k], whole), TreeHash(leaves[k..])] : [.. Subproof(m - k, leaves[k..], false), TreeHash(leaves[..k])];
    }

    private static int Split(int n)
    {
        int k = 1;
        while (k * 2 < n) k *= 2;
        return k;
    }
}
