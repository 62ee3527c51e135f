using Errand.Client;
using Errand.Cryptography;
using Errand.Ledger;
using Errand.Platform;
using Errand.Primitives;
using Errand.Protocol;

namespace Errand.Node.Tests;

/// <summary>A verifier that begins from a snapshot of its own, whatever has happened to folder and ledger meanwhile.</summary>
[Collection(NetworkSuite.Name)]
public sealed class OwnSnapshotTests(SharedNetwork shared) : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly LogBook _log = new();
    private readonly SigningKey _operator = SigningKey.Generate();
    private readonly DevelopmentVendor _vendor = TestVendor.Open();
    private readonly HttpClient _http = new();

    private SnapshotFolder Snapshots => new(Path.Combine(_folder.Path, "state"));

    [Fact]
    public async Task A_verifier_begins_from_its_newest_snapshot_and_signs_what_a_full_fold_gives()
    {
        RecordedLedger ledger = await RecordAsync();
        int end = ledger.Entries.Count;
        Assert.Equal(0, await RunAsync(ledger, end / 1000 * 1000));
        // While it caught up it kept the last stated position only.
        Assert.Equal([end / 1000 * 1000L], Snapshots.Positions());
        RecordedLedger longer = ledger.PaddedTo(end + 3000);
        Assert.Equal(end / 1000 * 1000, await RunAsync(longer, end / 1000 * 1000 + 3000));
        long position = Snapshots.Positions()[0];
        var state = new NetworkState(shared.Running.State.Genesis);
        foreach (LedgerEntry entry in longer.Entries.Take((int)position)) state.Apply(entry.TimeMilliseconds, entry.Bytes.Span);
        Assert.Equal(StateCheckpoint.Of(state), OwnNote.TryOpen(state.Network, Self.PublicKey, Snapshots.ReadNote(position))!.Checkpoint);
        using FileStream snapshot = Snapshots.Open(position)!;
        Assert.Equal(SnapshotError.None, NetworkState.TryLoadSigned(state.Genesis, snapshot, StateCheckpoint.Of(state), out _));
    }

    [Theory]
    [InlineData(".snapshot", "state/damaged")]
    [InlineData(".extra", "state/damaged")]
    [InlineData(".note", "state/note")]
    public async Task A_damaged_snapshot_is_dropped_and_the_ledger_folded_from_the_first_entry(string suffix, string code)
    {
        RecordedLedger ledger = await RecordAsync();
        long position = ledger.Entries.Count / 1000 * 1000;
        await RunAsync(ledger, position);
        string file = Path.Combine(Snapshots.Root, position + suffix);
        byte[] content = await File.ReadAllBytesAsync(file);
        foreach (byte[] damaged in new[] { [.. content[..(content.Length / 2)], (byte)(content[content.Length / 2] ^ 1), .. content[(content.Length / 2 + 1)..]], content[..(content.Length / 2)], [] })
        {
            await File.WriteAllBytesAsync(file, damaged);
            // It folds from the first entry and keeps a snapshot again, which the next start begins from.
            Assert.Equal(0, await RunAsync(ledger, position));
            Assert.True(_log.Has("is dropped", code) && _log.Has("folds the ledger from the first entry"), _log.Text);
            Assert.Equal(position, await RunAsync(ledger, position));
        }
    }

    [Fact]
    public async Task A_snapshot_of_a_longer_or_of_another_ledger_is_dropped()
    {
        RecordedLedger ledger = await RecordAsync();
        long position = ledger.Entries.Count / 1000 * 1000;
        await RunAsync(ledger, position);
        // The ledger was rolled back to before the snapshot.
        Assert.Equal(0, await RunAsync(ledger.Take((int)position - 1), 0));
        Assert.True(_log.Has("state/rolled-back", $"the ledger has {position - 1} entries only"), _log.Text);
        Assert.DoesNotContain(position, Snapshots.Positions());
        foreach (long earlier in Snapshots.Positions()) Snapshots.Remove(earlier);
        await RunAsync(ledger, position);
        // It was rolled back, and has grown again with others.
        Assert.Equal(0, await RunAsync(ledger.With((int)position - 1, [1, 2, 3]), position));
        Assert.True(_log.Has("state/rolled-back", "another entry"), _log.Text);
        // An entry that the book stands on has been replaced.
        Assert.Equal(0, await RunAsync(ledger, position));
        SavedBook book = SavedBook.TryDecode(Snapshots.ReadExtra(position))!;
        Assert.Equal(0, await RunAsync(ledger.With((int)book.Offers[0].Position, [1, 2, 3]), position));
        Assert.True(_log.Has("does not fit the ledger"), _log.Text);
    }

    [Fact]
    public async Task A_snapshot_that_another_node_signed_is_dropped()
    {
        RecordedLedger ledger = await RecordAsync();
        long position = ledger.Entries.Count / 1000 * 1000;
        await RunAsync(ledger, position);
        OwnNote note = OwnNote.TryOpen(shared.Running.State.Network, Self.PublicKey, Snapshots.ReadNote(position))!;
        await File.WriteAllBytesAsync(Path.Combine(Snapshots.Root, $"{position}.note"), note.Sign(shared.Running.Party("researcher").Key));
        Assert.Equal(0, await RunAsync(ledger, position));
        Assert.True(_log.Has("state/note"), _log.Text);
    }

    [Fact]
    public async Task Where_nothing_can_be_kept_the_service_goes_on()
    {
        RecordedLedger ledger = await RecordAsync();
        await File.WriteAllTextAsync(Path.Combine(_folder.Path, "state"), "no folder");
        await RunAsync(ledger, 0, () => _log.Has("is not kept"));
    }

    public void Dispose()
    {
        _http.Dispose();
        _vendor.Dispose();
        _operator.Dispose();
        _log.Dispose();
        _folder.Dispose();
    }

    private Identity Self => shared.Running.Party("lone verifier");

    private async Task<RecordedLedger> RecordAsync()
    {
        RunningNetwork network = await shared.HealthyAsync();
        return new RecordedLedger(network.History.Select(seen => seen.Entry)).PaddedTo(2500);
    }

    // Runs the verifier over a ledger until it has kept a position, and tells where it began.
    private async Task<long> RunAsync(RecordedLedger ledger, long until, Func<bool>? reached = null)
    {
        using DevelopmentTpm tpm = DevelopmentTpm.Create(_vendor, TimeProvider.System);
        var context = new NodeContext(shared.Running.State.Genesis, ledger, TimeProvider.System, _log);
        var profile = new NodeProfile(NodeRoles.Verifier, _operator.PublicKey, new byte[64], shared.Running.Address, "anywhere", "nowhere", TeeKind.None);
        var verifier = new VerifierService("lone", context, Self, profile, new Machine(tpm, null), new ChallengeClient(_http), Path.Combine(_folder.Path, "verdicts")) { Snapshots = Snapshots };
        await using (verifier)
        {
            verifier.Start();
            reached ??= () => until == 0 ? _log.Has("folds the ledger from the first entry") : verifier.StateCheckpoints.Any(frame => StateCheckpoint.TryOpen(shared.Running.State.Network, frame.Span, Self.PublicKey)?.Position == until);
            for (int waited = 0; !reached() && waited < 600; waited++)
            {
                Assert.False(verifier.Completion.IsFaulted, verifier.Completion.Exception?.ToString());
                await Task.Delay(100);
            }
            Assert.True(reached(), _log.Text);
            return verifier.StartPosition;
        }
    }
}
