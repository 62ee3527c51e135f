using Errand.Primitives;

namespace Errand.Protocol.Tests;

/// <summary>Conformance cases of evidence, release and receipt, as far as the fold decides them.</summary>
public sealed class EvidenceTests
{
    [Fact]
    public void T_37_two_evidences()
    {
        TestNetwork network = TestNetwork.WithExecutors();
        TestTask task = network.MustSubmit().RunTo(TaskPhase.Verifying);
        network.Refused("refused/evidence-exists", task.Executor, task.Evidence(1));
        network.Refused("refused/evidence-exists", task.Executor, task.Evidence(1) with { Report = new byte[] { 1 } });
        task.Judge(accept: true);
        network.Refused("refused/evidence-exists", task.Executor, task.Evidence(1));
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(6)]
    public void T_38_evidence_blob(int field)
    {
        TestNetwork network = TestNetwork.WithExecutors();
        TestTask task = network.MustSubmit().RunTo(TaskPhase.Attesting);
        EvidenceEntry evidence = task.Evidence(1);
        CanonicalWriter body = new CanonicalWriter().Map(4).Key(0).UInt(1).Key(1).UInt((ulong)EntryKind.Evidence)
            .Key(2).UInt(task.Executor.NextSequence).Key(3).Map(7)
            .Key(0).Bytes(evidence.Task.Value).Key(1).UInt(1);
        Blob(2, evidence.Report);
        Blob(3, evidence.Endorsements);
        body.Key(4).Bytes(evidence.HpkeKey.Span).Key(5).Bytes(evidence.ReceiptKey.Value);
        Blob(6, evidence.Quote);
        network.Refused("refused/must-be-inline", network.Frame(task.Executor, body.Span));

        void Blob(int key, ReadOnlyMemory<byte> bytes)
        {
            body.Key(key);
            if (key == field) body.Array(2).Bytes(EvidenceEntry.DigestOf(bytes.Span)).UInt((ulong)bytes.Length);
            else body.Bytes(bytes.Span);
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    [InlineData(255)]
    public void T_39_simulated_in_production(int rootClass)
    {
        var real = new PinnedRoot(rootClass, Development: false, default);
        Genesis development = new TestNetwork().State.Genesis with { Roots = [real, real with { Development = true }] };
        Assert.Equal(GenesisError.None, Genesis.TryDecode((development with { Development = false, Roots = [real] }).Encode(), out _));
        Assert.Equal(GenesisError.None, Genesis.TryDecode(development.Encode(), out _));
        Assert.Equal(GenesisError.DevelopmentRoot, Genesis.TryDecode((development with { Development = false }).Encode(), out Genesis? refused));
        Assert.Null(refused);
        Genesis production = development with { Development = false, Roots = [real] };
        Assert.Equal(GenesisError.DevelopmentRoot, Genesis.TryDecode((production with { ReferenceValues = [new ReferenceValue(TeeKind.DevelopmentVtpm, new byte[] { 0x81, 0x01 })] }).Encode(), out _));
    }

    [Fact]
    public void T_40_wrong_root_verdict()
    {
        // The fork differs in one asset that came before the task.
        var network = TestNetwork.WithExecutors();
        var fork = TestNetwork.WithExecutors();
        AssetEntry app = network.Asset(network.AppOwner, AssetKind.App);
        AssetEntry data = network.Asset(network.DataOwner, AssetKind.Data);
        fork.Publish(fork.Ledger, AssetKind.App);
        TestTask task = Run(network);
        TestTask forked = Run(fork);
        Assert.Equal(task.Id, forked.Id);
        Assert.NotEqual(task.State.Attempt!.EvidenceRoot, forked.State.Attempt!.EvidenceRoot);

        foreach (TestActor verifier in network.Verifiers)
        {
            network.Refused("refused/root-mismatch", verifier, fork.TaskVerdict(verifier, forked.State, accept: true));
        }
        Assert.Empty(task.State.Attempt.Current!.Votes);
        task.Judge(accept: true);
        Assert.Equal(TaskPhase.Releasing, task.State.Phase);

        TestTask Run(TestNetwork where)
        {
            AssetId appId = where.Publish(where.AppOwner, app);
            AssetId dataId = where.Publish(where.DataOwner, data);
            return where.MustSubmit(where.Submission(appId, dataId), new Dictionary<AssetId, TestActor> { [appId] = where.AppOwner, [dataId] = where.DataOwner })
                .RunTo(TaskPhase.Verifying);
        }
    }

    [Fact]
    public void T_97_late_receipt()
    {
        TestNetwork network = TestNetwork.WithExecutors();
        TestTask task = network.MustSubmit().RunTo(TaskPhase.Running);
        TestActor first = task.Executor;
        network.AdvanceTo(task.State.PhaseDueMilliseconds);
        Assert.Equal("run-timeout", task.State.Attempts[0].Failure.Code());
        Assert.Equal(2, task.State.Attempts.Count);
        network.Refused("refused/attempt-closed", first, task.Receipt(1));
        task.RunTo(TaskPhase.Ended);
        Assert.Equal("task:completed", task.Outcome);
        Assert.Equal(2, task.State.Attempts.Sum(attempt => attempt.Releases.ContainsKey(task.Data) ? 1 : 0));
        network.Refused("refused/late", first, task.Receipt(1));
    }

    [Fact]
    public void T_103_inline_result()
    {
        TestNetwork network = TestNetwork.WithExecutors();
        TestTask task = network.MustSubmit().RunTo(TaskPhase.Running);
        ReceiptEntry receipt = task.Receipt(1, resultSize: 10 * 1024);
        byte[] changed = receipt.InlineResult.ToArray();
        changed[^1] ^= 1;
        network.Refused("refused/result-mismatch", task.Executor, receipt with { InlineResult = changed });
        network.Refused("refused/result-mismatch", task.Executor, receipt with { InlineResult = receipt.InlineResult[..^1] });
        network.Refused("refused/result-mismatch", task.Executor, receipt with { InlineResult = new byte[] { 0 } });
        // A header that claims 2^48 bytes in chunks of 1 MiB must not decide how much memory the fold takes.
        byte[] salt = new byte[32];
        CanonicalWriter map = new CanonicalWriter().Map(5).Key(0).UInt(1).Key(1).UInt(1 << 20).Key(2).UInt(1ul << 48).Key(3).Bytes(salt).Key(4).Bytes(salt);
        byte[] huge = [.. receipt.InlineResult.Span[..8], 0, 0, 0, (byte)map.Span.Length, .. map.Span];
        Assert.NotNull(Cryptography.SealedFileHeader.TryParse(huge));
        long before = GC.GetAllocatedBytesForCurrentThread();
        network.Refused("refused/result-mismatch", task.Executor, receipt with { InlineResult = huge });
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1 << 20);
        network.Must(task.Executor, receipt);
        Assert.Equal("task:completed", task.Outcome);
        Assert.Equal(TaskPhase.Ended, task.State.Phase);
    }

    [Fact]
    public void A_receipt_by_another_key_or_about_something_else_is_refused()
    {
        TestNetwork network = TestNetwork.WithExecutors();
        TestTask task = network.MustSubmit().RunTo(TaskPhase.Running);
        TestTask other = network.MustSubmit();
        ReceiptEntry receipt = task.Receipt(1);
        byte[] foreign = Cryptography.CoseSigner.Sign(task.ReceiptKey(2), Receipt.Context(network.Network), [0xA0]).Encoded.ToArray();
        network.Refused("refused/receipt-signature", task.Executor, receipt with { Receipt = foreign });
        byte[] forged = receipt.Receipt.ToArray();
        forged[^1] ^= 1;
        network.Refused("refused/receipt-signature", task.Executor, receipt with { Receipt = forged });
        network.Refused("refused/not-the-executor", network.Executors.First(node => node != task.Executor), receipt);

        Receipt opened = Receipt.TryOpen(receipt.Receipt.Span, network.Network, task.ReceiptKey(1).PublicKey)!;
        foreach (Receipt wrong in new[] { opened with { Task = other.Id }, opened with { Attempt = 2 }, opened with { EvidenceDigest = default } })
        {
            byte[] frame = Cryptography.CoseSigner.Sign(task.ReceiptKey(1), Receipt.Context(network.Network), wrong.Encode()).Encoded.ToArray();
            network.Refused("refused/receipt-mismatch", task.Executor, receipt with { Receipt = frame });
        }
        byte[] longer = Cryptography.CoseSigner.Sign(task.ReceiptKey(1), Receipt.Context(network.Network), (opened with { ResultSizeBytes = opened.ResultSizeBytes + 1 }).Encode()).Encoded.ToArray();
        network.Refused("refused/result-mismatch", task.Executor, receipt with { Receipt = longer });
        network.Must(task.Executor, receipt);
    }
}
