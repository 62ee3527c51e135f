using Errand.Attestation;
using Errand.Ledger;
using Errand.Primitives;
using Errand.Protocol;
using Errand.Protocol.Tests;

namespace Errand.Client.Tests;

/// <summary>A network with one completed task, its bundle, and an auditor. Evidence in it is not real: the appraiser says what it is told.</summary>
internal sealed class AuditCase
{
    public AuditCase(string seed = "errand", Action<TestNetwork, TestTask>? run = null, Action<TestNetwork>? before = null)
    {
        Net = TestNetwork.WithExecutors(seed);
        before?.Invoke(Net);
        Task = Net.MustSubmit();
        (run ?? ((_, task) => task.RunTo(TaskPhase.Ended)))(Net, Task);
        Assert.Equal(TaskOutcome.Completed, Task.State.Outcome);
        Ledger = new ListLedger(Net.History);
    }

    public TestNetwork Net { get; }

    public TestTask Task { get; }

    public ListLedger Ledger { get; }

    /// <summary>What the appraiser was asked.</summary>
    public List<EvidenceToAppraise> Asked { get; } = [];

    public EvidenceFinding Finding { get; set; } = new(true, []);

    public IReadOnlyList<CertificateRevocationList> RevocationLists { get; set; } = [];

    public byte[] Genesis => Net.State.Genesis.Encode();

    /// <summary>A checkpoint over the first entries of this network's history, signed by its ledger.</summary>
    public byte[] Checkpoint(int size)
    {
        var tree = new LogTree();
        foreach (TestRecord record in Net.History.Take(size)) tree.Append(record.Milliseconds, record.Bytes);
        string origin = Errand.Ledger.Checkpoint.OriginOf(Net.Network);
        return new Checkpoint(origin, size, tree.Root).Sign(new NoteSigner(origin, Net.Ledger.Key)).Note.ToBytes();
    }

    public byte[] Export(bool withLog = true, byte[]? checkpoint = null) => BundleExporter.ExportAsync(
        Genesis, Ledger, Task.Id, withLog, checkpoint is null ? (ReadOnlyMemory<byte>?)null : checkpoint, TestContext.Current.CancellationToken).GetAwaiter().GetResult();

    public ReceiptBundle Bundle(bool withLog = true, byte[]? checkpoint = null)
    {
        Assert.True(ReceiptBundle.TryDecode(Export(withLog, checkpoint), out ReceiptBundle? bundle));
        return bundle;
    }

    public AuditReport Verify(byte[] file, byte[]? checkpoint = null, NetworkId? network = null) => Auditor.Verify(file, Trust(checkpoint, network));

    public AuditReport Verify(ReceiptBundle bundle, byte[]? checkpoint = null) => Verify(bundle.Encode(), checkpoint);

    public AuditorTrust Trust(byte[]? checkpoint = null, NetworkId? network = null) => new()
    {
        Roots = TrustedRoots.None,
        Appraiser = asked =>
        {
            Asked.Add(asked);
            return Finding;
        },
        Network = network,
        RevocationLists = RevocationLists,
        Checkpoint = checkpoint is null ? (ReadOnlyMemory<byte>?)null : checkpoint,
    };

    public int ReceiptPosition => (int)Task.State.ReceiptPosition;
}
