using CsCheck;
using Errand.Primitives;

namespace Errand.Ledger.Tests;

public sealed class WitnessQuorumTests
{
    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 2)]
    [InlineData(3, 2)]
    [InlineData(4, 3)]
    [InlineData(5, 4)]
    [InlineData(6, 4)]
    [InlineData(7, 5)]
    [InlineData(10, 7)]
    [InlineData(63, 42)]
    public void The_smallest_quorum_is_safe_and_one_less_is_not(int witnesses, int smallest)
    {
        Assert.Equal(smallest, WitnessQuorum.Smallest(witnesses));
        Assert.True(WitnessQuorum.IsSafe(witnesses, smallest));
        Assert.False(WitnessQuorum.IsSafe(witnesses, smallest - 1));
        Assert.False(WitnessQuorum.IsSafe(witnesses, witnesses + 1));
        // Any two quorums have more in common than may lie.
        Assert.True(2 * smallest - witnesses > (witnesses - 1) / 3);
        // And the honest ones alone are a quorum.
        if (witnesses % 3 == 1) Assert.True(witnesses - (witnesses - 1) / 3 >= smallest);
    }

    [Fact]
    public void Nobody_twice_and_none_without_witnesses()
    {
        using var rig = new WitnessRig(4);
        CosignerKey[] twice = [rig.Witnesses[0].Key, rig.Witnesses[0].Key, rig.Witnesses[1].Key, rig.Witnesses[2].Key];
        Assert.Throws<ArgumentException>(() => new WitnessQuorum(rig.Log.VerifierKey, twice, 3));
        Assert.Throws<ArgumentException>(() => new WitnessQuorum(rig.Log.VerifierKey, rig.Witnesses.Select(witness => witness.Key), 0));
        Assert.Throws<ArgumentException>(() => new WitnessQuorum(rig.Log.VerifierKey, [], 1));
        Assert.Equal(0, WitnessQuorum.None(rig.Log.VerifierKey).Needed);
    }

    [Fact]
    public void Every_mutated_cosignature_is_refused()
    {
        using var rig = new WitnessRig(4);
        SignedCheckpoint signed = rig.Sign(TestTree.Of(9), 9);
        NoteSignature[] lines = [.. Enumerable.Range(0, 3).Select(i => rig.CosignerOf(i).Cosign(signed.Checkpoint, DateTimeOffset.UnixEpoch.AddSeconds(1_800_000_000)))];
        Assert.True(rig.Quorum.TryOpen(signed.With(lines).Note.ToBytes(), out _));
        Gen.Select(Gen.Int[0, 2], Gen.Int[0, CosignerKey.SignatureSize - 1], Gen.Int[0, 7], (line, at, bit) => (line: line, at: at, bit: bit)).Sample(draw =>
        {
            NoteSignature[] spoilt = [.. lines];
            byte[] signature = spoilt[draw.line].Signature.ToArray();
            signature[draw.at] ^= (byte)(1 << draw.bit);
            spoilt[draw.line] = spoilt[draw.line] with { Signature = signature };
            Assert.False(rig.Quorum.TryOpen(signed.With(spoilt).Note.ToBytes(), out _));
        });
    }

    [Fact]
    public void A_cosignature_counts_for_its_own_checkpoint_and_witness_only()
    {
        using var rig = new WitnessRig(4);
        TestTree tree = TestTree.Of(9);
        SignedCheckpoint nine = rig.Sign(tree, 9), eight = rig.Sign(tree, 8);
        NoteSignature line = rig.CosignerOf(0).Cosign(nine.Checkpoint, DateTimeOffset.UnixEpoch);
        Assert.Equal(1, rig.Quorum.CountIn(nine.With([line]).Note));
        Assert.Equal(0, rig.Quorum.CountIn(eight.With([line]).Note));
        CosignerKey other = rig.Witnesses[1].Key;
        Assert.Equal(0, rig.Quorum.CountIn(nine.With([line with { Name = other.Name, KeyId = other.KeyId }]).Note));
        // The same line three times is one witness.
        Assert.False(rig.Quorum.TryOpen(nine.With([line, line, line]).Note.ToBytes(), out _));
    }

    [Fact]
    public void The_specifications_example_has_its_key_id_form()
    {
        using var rig = new WitnessRig(1);
        CosignerKey key = rig.Witnesses[0].Key;
        Assert.True(CosignerKey.TryParse(key.ToString(), out CosignerKey? read));
        Assert.Equal(key, read);
        Assert.False(CosignerKey.TryParse(rig.Log.VerifierKey.ToString(), out _));
        Assert.False(VerifierKey.TryParse(key.ToString(), out _));
        Assert.Contains("quorum witnesses\n", rig.Quorum.ToPolicyText(), StringComparison.Ordinal);
        Assert.Contains($"log {rig.Log.VerifierKey}\n", rig.Quorum.ToPolicyText(), StringComparison.Ordinal);
    }

    // The claim on which everything stands, tried out: a log that signs two histories and asks any witnesses in any order for either.
    [Fact]
    public void Two_views_of_one_log_never_both_gather_a_quorum()
    {
        Gen.Select(Gen.Int[4, 7], Gen.Int[0, int.MaxValue], Gen.Int[0, 1].Array[60], (witnesses, seed, moves) => (witnesses: witnesses, seed: seed, moves: moves)).Sample(draw =>
        {
            using var rig = new WitnessRig(draw.witnesses);
            int lying = (draw.witnesses - 1) / 3;
            TestTree[] trees = [TestTree.Of(16), TestTree.Of(16, salt: 5)];
            var quorums = new List<Checkpoint>();
            var lines = new Dictionary<string, HashSet<int>>(StringComparer.Ordinal);
            uint state = (uint)draw.seed | 1;
            foreach (int view in draw.moves)
            {
                int witness = (int)(Next() % (uint)draw.witnesses), size = 1 + (int)(Next() % 15);
                SignedCheckpoint signed = rig.Sign(trees[view], size);
                // The first f witnesses sign anything; the others are down every fourth time, and restart every eighth.
                bool signs = witness < lying;
                if (!signs && Next() % 4 != 0)
                {
                    if (Next() % 8 == 0) rig.Witnesses[witness] = rig.Make(witness);
                    long old = rig.Witnesses[witness].Last.Size;
                    signs = old <= size && rig.Witnesses[witness].Add(rig.Ask(trees[view], old, size).ToBytes()).Status == 200;
                }
                if (!signs) continue;
                string text = signed.Note.Text;
                if (!lines.TryGetValue(text, out HashSet<int>? by)) lines[text] = by = [];
                by.Add(witness);
                SignedNote note = signed.With(by.Select(i => rig.CosignerOf(i).Cosign(signed.Checkpoint, DateTimeOffset.UnixEpoch))).Note;
                if (rig.Quorum.TryOpen(note.ToBytes(), out SignedCheckpoint? final)) quorums.Add(final.Checkpoint);
            }
            // All that became final is of one tree.
            Assert.True(quorums.All(final => final.Root == trees[0].Root((int)final.Size)) || quorums.All(final => final.Root == trees[1].Root((int)final.Size)));

            uint Next()
            {
                unchecked
                {
                    state ^= state << 13;
                    state ^= state >> 17;
                    state ^= state << 5;
                    return state;
                }
            }
        }, iter: 300);
    }
}
