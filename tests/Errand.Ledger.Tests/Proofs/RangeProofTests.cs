using CsCheck;
using Errand.Primitives;

namespace Errand.Ledger.Tests;

public sealed class RangeProofTests
{
    private const int SizeMax = 40;

    [Fact]
    public void Every_run_of_every_small_tree_is_proven_and_shows_the_tree_before_it()
    {
        TestTree tree = TestTree.Of(SizeMax);
        for (int size = 0; size <= SizeMax; size++)
        for (int from = 0; from <= size; from++)
        for (int end = from; end <= size; end++)
        {
            RangeProof proof = RangeProof.Prove(from, end, size, tree.Node);
            Bytes32[] leaves = [.. tree.Leaves.Skip(from).Take(end - from)];
            Assert.True(proof.TryRoots(from, leaves, size, out Bytes32 root, out Bytes32 before));
            Assert.Equal((tree.Root(size), tree.Root(from)), (root, before));
            // The leaves that join what lies behind them make the proof of the empty run.
            RangeProof without = proof.WithoutLeaves(from, leaves, size);
            Assert.True(without.TryRoots(from, [], size, out root, out before));
            Assert.Equal((tree.Root(size), tree.Root(from)), (root, before));
        }
    }

    [Fact]
    public void A_proof_of_a_great_tree_has_no_more_hashes_than_its_limit()
    {
        long size = long.MaxValue;
        foreach (long from in (long[])[0, 1, size / 2, size / 3, size - 1])
        {
            RangeProof proof = RangeProof.Prove(from, from + 1, size, (_, _) => MerkleHasher.Empty);
            Assert.InRange(proof.Left.Count, 0, RangeProof.CountMax);
            Assert.InRange(proof.Right.Count, 0, RangeProof.CountMax);
        }
    }

    [Fact]
    public void Every_mutated_proof_is_refused()
    {
        TestTree tree = TestTree.Of(300), other = TestTree.Of(300, salt: 1);
        Gen.Select(Gen.Int[0, 299], Gen.Int[1, 40], Gen.Int[1, 300], Gen.Int[0, 7], Gen.Int[0, 1000], Gen.Int[0, 255], (from, count, size, what, at, bit) => (from: from, count: count, size: size, what: what, at: at, bit: bit)).Sample(draw =>
        {
            int size = draw.size, from = draw.from % size, end = Math.Min(size, from + draw.count);
            Bytes32[] leaves = [.. tree.Leaves.Skip(from).Take(end - from)];
            RangeProof proof = RangeProof.Prove(from, end, size, tree.Node);
            Assert.True(proof.Verify(from, leaves, size, tree.Root(size)));
            List<Bytes32> left = [.. proof.Left], right = [.. proof.Right];
            switch (draw.what)
            {
                case 0 when left.Count > 0: left[draw.at % left.Count] = Flip(left[draw.at % left.Count], draw.bit); break;
                case 1 when right.Count > 0: right[draw.at % right.Count] = Flip(right[draw.at % right.Count], draw.bit); break;
                case 2: leaves[draw.at % leaves.Length] = Flip(leaves[draw.at % leaves.Length], draw.bit); break;
                case 3 when left.Count > 0: left.RemoveAt(draw.at % left.Count); break;
                case 4 when right.Count > 0: right.Add(right[0]); break;
                case 5: leaves = leaves[1..]; break;
                case 6 when leaves.Length > 1 && leaves[0] != leaves[1]: (leaves[0], leaves[1]) = (leaves[1], leaves[0]); break;
                default: leaves = [.. other.Leaves.Skip(from).Take(end - from)]; break;
            }
            Assert.False(new RangeProof(left, right).Verify(from, leaves, size, tree.Root(size)));
        });
    }

    // The size is the checkpoint's, which is signed: a root alone does not tell it.
    [Fact]
    public void A_proof_for_another_place_is_refused()
    {
        TestTree tree = TestTree.Of(64);
        for (int from = 0; from < 46; from++)
        {
            RangeProof proof = RangeProof.Prove(from, from + 4, 50, tree.Node);
            Bytes32[] leaves = [.. tree.Leaves.Skip(from).Take(4)];
            for (int place = -1; place <= 51; place++) Assert.Equal(place == from, proof.Verify(place, leaves, 50, tree.Root(50)));
        }
        Assert.False(RangeProof.Prove(0, 4, 4, tree.Node).Verify(0, [.. tree.Leaves.Take(4)], -1, tree.Root(4)));
    }

    private static Bytes32 Flip(Bytes32 value, int bit)
    {
        byte[] bytes = value.ToArray();
        bytes[bit / 8] ^= (byte)(1 << (bit % 8));
        return new Bytes32(bytes);
    }
}
