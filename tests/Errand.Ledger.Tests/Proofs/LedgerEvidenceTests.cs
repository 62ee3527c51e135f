using CsCheck;
using Errand.Primitives;

namespace Errand.Ledger.Tests;

public sealed class LedgerEvidenceTests : IDisposable
{
    private readonly WitnessRig _rig = new(4);
    private readonly TestTree _tree = TestTree.Of(64), _other = TestTree.Of(64, salt: 3);

    private VerifierKey Log => _rig.Log.VerifierKey;

    public void Dispose() => _rig.Dispose();

    [Theory]
    [InlineData(20, 20)]
    [InlineData(20, 21)]
    [InlineData(1, 64)]
    [InlineData(32, 33)]
    public void A_fork_is_proven_by_its_two_checkpoints(int size, int larger)
    {
        LedgerEvidence evidence = Fork(size, larger, _other);
        Assert.True(evidence.Proves(Log));
        Assert.True(LedgerEvidence.TryDecode(evidence.Encode(), out LedgerEvidence? read));
        Assert.True(read.Proves(Log));
        Assert.Equal(evidence.Encode(), read.Encode());
    }

    [Fact]
    public void A_log_that_only_grows_cannot_be_accused()
    {
        for (int size = 0; size <= 32; size++)
            for (int larger = size; larger <= 32; larger++)
                Assert.False(Fork(size, larger, _tree).Proves(Log));
    }

    [Fact]
    public void A_promise_that_is_kept_is_no_evidence_and_a_broken_one_is()
    {
        byte[] entry = [1, 2, 3];
        LedgerPromise promise = LedgerPromise.Make(Log, _rig.LogKey, new LedgerPosition(7, 1234), entry);
        Assert.True(promise.IsOf(Log));
        var leaves = new List<Bytes32>(_tree.Leaves) { [7] = promise.Leaf };
        var kept = new TestTree(leaves);
        Assert.True(Broken(promise, _tree).Proves(Log));
        Assert.False(Broken(promise, kept).Proves(Log));
        Assert.True(LedgerEvidence.TryDecode(Broken(promise, _tree).Encode(), out LedgerEvidence? read));
        Assert.True(read.Proves(Log));
    }

    [Fact]
    public void Every_mutated_file_is_refused_or_proves_nothing_new()
    {
        byte[] fork = Fork(20, 33, _other).Encode();
        LedgerPromise promise = LedgerPromise.Make(Log, _rig.LogKey, new LedgerPosition(7, 1234), [1, 2, 3]);
        byte[] broken = Broken(promise, _tree).Encode();
        Gen.Select(Gen.Bool, Gen.Int[0, 100_000], Gen.Int[0, 7], (which, at, bit) => (which: which, at: at, bit: bit)).Sample(draw =>
        {
            byte[] file = [.. draw.which ? fork : broken];
            file[draw.at % file.Length] ^= (byte)(1 << draw.bit);
            Assert.False(LedgerEvidence.TryDecode(file, out _));
        });
    }

    [Fact]
    public void Another_logs_evidence_proves_nothing()
    {
        using Cryptography.SigningKey foreign = Cryptography.SigningKey.Generate();
        var other = new VerifierKey(Log.Name, foreign.PublicKey);
        Assert.False(Fork(20, 33, _other).Proves(other));
    }

    [Fact]
    public void A_spoilt_proof_or_promise_proves_nothing()
    {
        LedgerEvidence fork = Fork(20, 33, _other);
        for (int i = 0; i < fork.Proof.Left.Count; i++)
        {
            Bytes32[] left = [.. fork.Proof.Left];
            left[i] = MerkleHasher.Empty;
            Assert.False((fork with { Proof = fork.Proof with { Left = left } }).Proves(Log));
        }
        LedgerPromise promise = LedgerPromise.Make(Log, _rig.LogKey, new LedgerPosition(7, 1234), [1, 2, 3]);
        Assert.False(Broken(promise with { Position = new LedgerPosition(8, 1234) }, _tree).Proves(Log));
        Assert.False(Broken(promise with { Leaf = MerkleHasher.Empty }, _tree).Proves(Log));
    }

    private LedgerEvidence Fork(int size, int larger, TestTree other) => new()
    {
        Kind = LedgerEvidenceKind.Fork,
        Note = _rig.Sign(_tree, size).Note,
        Other = _rig.Sign(other, larger).Note,
        Proof = size == larger ? new RangeProof([], []) : RangeProof.Prove(size, size, larger, other.Node),
    };

    private LedgerEvidence Broken(LedgerPromise promise, TestTree tree) => new()
    {
        Kind = LedgerEvidenceKind.BrokenPromise,
        Note = _rig.Sign(tree, 40).Note,
        Promise = promise,
        Proof = RangeProof.Prove(promise.Position.Position, promise.Position.Position + 1, 40, tree.Node),
        Leaf = tree.Leaves[(int)promise.Position.Position],
    };
}
