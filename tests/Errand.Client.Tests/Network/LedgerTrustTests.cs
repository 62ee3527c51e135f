using Errand.Cryptography;
using Errand.Ledger;
using Errand.Primitives;

namespace Errand.Client.Tests;

/// <summary>What a reader believes, page by page, where the order of answers matters.</summary>
public sealed class LedgerTrustTests : IDisposable
{
    private const string Origin = "example.org/log";

    private readonly SigningKey _key = SigningKey.Generate();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => _key.Dispose();

    [Fact]
    public async Task Who_waits_for_a_turn_when_the_reader_is_closed_is_sent_away()
    {
        var trust = new LedgerTrust(WitnessQuorum.None(new VerifierKey(Origin, _key.PublicKey)), memory: null, found: null);
        var source = new Source();
        await trust.AcceptAsync(Page(1), source, Stop);
        // The first asks for a proof, which does not come; the others wait behind it.
        Task<Checkpoint> first = trust.AcceptAsync(Page(3), source, Stop).AsTask();
        Task<Checkpoint>[] others = [.. Enumerable.Range(0, 5).Select(_ => trust.AcceptAsync(Page(4), source, Stop).AsTask())];
        Assert.All(others, waiting => Assert.False(waiting.IsCompleted));
        trust.Dispose();
        trust.Dispose();
        foreach (Task<Checkpoint> waiting in others) await Assert.ThrowsAsync<ObjectDisposedException>(() => waiting.WaitAsync(TimeSpan.FromSeconds(30), Stop));
        source.Proof.SetResult(null);
        await Assert.ThrowsAnyAsync<Exception>(() => first.WaitAsync(TimeSpan.FromSeconds(30), Stop));
        await Assert.ThrowsAsync<ObjectDisposedException>(async () => await trust.AcceptAsync(Page(4), source, Stop));
    }

    [Fact]
    public async Task A_shorter_history_that_another_has_grown_from_is_a_fork_with_its_proof()
    {
        var found = new List<LedgerEvidence>();
        var log = new VerifierKey(Origin, _key.PublicKey);
        using var trust = new LedgerTrust(WitnessQuorum.None(log), memory: null, found.Add);
        var source = new Source { Later = Page(12, other: true, from: 10) };
        await trust.AcceptAsync(Page(10), source, Stop);
        // It was asked when the second history had 3 entries, and asked for a proof when it had 12.
        source.Proof.SetResult([]);
        LedgerException fault = await Assert.ThrowsAsync<LedgerException>(async () => await trust.AcceptAsync(Page(3, other: true), source, Stop));
        Assert.Equal(LedgerFault.Forked, fault.Fault);
        Assert.True(Assert.Single(found).Proves(log));
    }

    private ProvenPage Page(int size, bool other = false, int from = 0)
    {
        LedgerEntry[] entries = [.. Enumerable.Range(0, size).Select(i => new LedgerEntry(i, i, new byte[] { (byte)i, other ? (byte)1 : (byte)0 }))];
        var tree = new LogTree();
        foreach (LedgerEntry entry in entries) tree.Append(entry.TimeMilliseconds, entry.Bytes.Span);
        SignedNote note = new Checkpoint(Origin, size, tree.Root).Sign(new NoteSigner(Origin, _key)).Note;
        return new ProvenPage(note, from, entries[from..], new RangeProof(Peaks(entries[..from]), []));
    }

    // The full subtrees over the first leaves, largest first (RFC 9162 section 2.1).
    private static Bytes32[] Peaks(LedgerEntry[] entries)
    {
        var peaks = new List<Bytes32>();
        int at = 0;
        for (int size = 1 << 10; size > 0; size >>= 1)
        {
            if ((entries.Length & size) == 0) continue;
            var tree = new LogTree();
            foreach (LedgerEntry entry in entries[at..(at + size)]) tree.Append(entry.TimeMilliseconds, entry.Bytes.Span);
            peaks.Add(tree.Root);
            at += size;
        }
        return [.. peaks];
    }

    /// <summary>A ledger whose proof of consistency comes when the test says so.</summary>
    private sealed class Source : IProofSource
    {
        public TaskCompletionSource<IReadOnlyList<Bytes32>?> Proof { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public ProvenPage? Later { get; init; }

        public async ValueTask<IReadOnlyList<Bytes32>?> ConsistencyAsync(long from, long to, CancellationToken cancellation) => await Proof.Task;

        public ValueTask<ProvenPage?> PageAsync(long from, int countMax, CancellationToken cancellation) => ValueTask.FromResult(Later);
    }
}
