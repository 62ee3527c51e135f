using Errand.Cryptography;
using Errand.Ledger;
using Errand.Primitives;
using Errand.Protocol;

namespace Errand.Node.Tests;

/// <summary>Case books that are saved and made again from the entries they name, over the history of a running network.</summary>
[Collection(NetworkSuite.Name)]
public sealed class CaseBookTests(SharedNetwork shared)
{
    [Fact]
    public async Task A_book_that_is_made_again_after_every_entry_is_that_of_a_full_fold()
    {
        RecordedLedger ledger = await RecordAsync();
        Genesis genesis = shared.Running.State.Genesis;
        NetworkState straight = new(genesis), broken = new(genesis);
        CaseBook whole = new(), again = new();
        (int open, int evidence) = (0, 0);
        foreach (LedgerEntry entry in ledger.Entries)
        {
            Apply(straight, whole, entry);
            Apply(broken, again, entry);
            byte[] saved = whole.Save(straight);
            Assert.Equal(saved, again.Save(broken));
            again = (await CaseBook.TryLoadAsync(straight.Network, saved, ledger.Take((int)entry.Position + 1), CancellationToken.None))!;
            using var snapshot = new MemoryStream();
            broken.Save(snapshot);
            snapshot.Position = 0;
            Assert.Equal(SnapshotError.None, NetworkState.TryLoadSigned(genesis, snapshot, StateCheckpoint.Of(straight), out NetworkState? loaded));
            broken = loaded!;
            AssertSame(straight, whole, again);
            open = Math.Max(open, straight.TrustCases.Count);
            evidence += straight.OpenTasks.Count(task => task.Attempt is { } attempt && again.Evidence(task.Id, attempt.Number) is not null);
        }
        // The history had what this is about.
        Assert.True(open > 1 && evidence > 1, $"{open} {evidence}");
    }

    [Fact]
    public async Task A_book_does_not_go_with_a_ledger_that_shows_other_entries()
    {
        RecordedLedger ledger = await RecordAsync();
        (NetworkState state, CaseBook book) = (new(shared.Running.State.Genesis), new());
        foreach (LedgerEntry entry in ledger.Entries) Apply(state, book, entry);
        byte[] saved = book.Save(state);
        SavedBook pages = SavedBook.TryDecode(saved)!;
        Assert.Equal(saved, pages.Encode());
        int offer = (int)pages.Offers[^1].Position;
        byte[] changed = ledger.Entries[offer].Bytes.ToArray();
        changed[^1] ^= 1;
        Assert.Null(await LoadAsync(saved, ledger.With(offer, changed)));
        Assert.Null(await LoadAsync(saved, ledger.With(offer, ledger.Entries[(int)pages.Offers[0].Position].Bytes.ToArray())));
        Assert.Null(await LoadAsync(saved, ledger.Take(offer)));
        Assert.NotNull(await LoadAsync(saved, ledger));
        Assert.Null(await LoadAsync([.. saved, 0], ledger));
        for (int size = 0; size < saved.Length; size += 1 + saved.Length / 97) Assert.Null(await LoadAsync(saved[..size], ledger));
        // Evidence whose machine is none of the offers.
        var machine = new SavedEvidence(offer, pages.Offers[^1].Entry, default, offer + 1, 0, state.Terms);
        Assert.Null(await LoadAsync((pages with { Evidence = [machine] }).Encode(), ledger));
        Assert.Null(await LoadAsync((pages with { Evidence = [machine with { MachinePosition = offer }] }).Encode(), ledger));

        Task<CaseBook?> LoadAsync(byte[] bytes, ILedger from) => CaseBook.TryLoadAsync(state.Network, bytes, from, CancellationToken.None);
    }

    /// <summary>Entries that are refused advance the clock and are not noted: a task may end and be forgotten between two that apply.</summary>
    [Fact]
    public async Task A_task_that_the_state_has_forgotten_meanwhile_is_neither_saved_nor_in_the_way()
    {
        RecordedLedger ledger = await RecordAsync();
        NetworkState state = new(shared.Running.State.Genesis);
        CaseBook book = new();
        ApprovalTimes approvals = new();
        TaskState? approved = null;
        foreach (LedgerEntry entry in ledger.Entries)
        {
            ApplyResult result = Apply(state, book, entry);
            if (result.Applied) approvals.Note(state, entry.TimeMilliseconds, result);
            if ((approved = state.OpenTasks.FirstOrDefault(task => task.Phase == TaskPhase.Releasing)) is not null) break;
        }
        (TaskId id, int attempt) = (approved!.Id, approved.Attempt!.Number);
        Assert.NotNull(book.Evidence(id, attempt));
        Assert.True(approvals.LedgerTimeOf(id, attempt) > 0);

        long time = state.Clock.Milliseconds;
        for (int i = 0; state.Tasks.ContainsKey(id); i++) Assert.False(state.Apply(time += ProtocolLimits.ClockStepMilliseconds, BitConverter.GetBytes(i)).Applied);
        SavedBook saved = SavedBook.TryDecode(book.Save(state))!;
        Assert.Empty(saved.Evidence);

        using SigningKey stranger = SigningKey.Generate();
        byte[] tick = EntrySigner.Sign(state.Network, stranger, 1, new TickEntry()).Encoded.ToArray();
        ApplyResult applied = state.Apply(time + 3 * ProtocolLimits.ClockStepMilliseconds, tick);
        Assert.Equal(RefusalReason.None, applied.Refusal);
        book.Note(state, state.NextPosition - 1, applied);
        approvals.Note(state, time, applied);
        Assert.Null(book.Evidence(id, attempt));
        Assert.Throws<KeyNotFoundException>(() => approvals.LedgerTimeOf(id, attempt));
    }

    private async Task<RecordedLedger> RecordAsync()
    {
        RunningNetwork network = await shared.HealthyAsync();
        TaskId task = await network.SubmitAsync(await shared.AppAsync(), await shared.DataAsync(), "table.csv");
        await network.EndedAsync(task);
        return new RecordedLedger(network.History.Select(seen => seen.Entry));
    }

    private static ApplyResult Apply(NetworkState state, CaseBook book, LedgerEntry entry)
    {
        ApplyResult result = state.Apply(entry.TimeMilliseconds, entry.Bytes.Span);
        if (result.Applied) book.Note(state, entry.Position, result);
        return result;
    }

    // What a service asks of its book.
    private static void AssertSame(NetworkState state, CaseBook expected, CaseBook actual)
    {
        foreach (Bytes32 id in state.TrustCases.Keys) AssertSame(expected.Offer(id)!, actual.Offer(id)!);
        foreach (PublicKey node in state.Nodes.Keys)
        {
            Assert.Equal(expected.Qualified(node) is null, actual.Qualified(node) is null);
            if (expected.Qualified(node) is { } machine) AssertSame(machine, actual.Qualified(node)!);
        }
        foreach (AttemptState attempt in state.OpenTasks.SelectMany(task => task.Attempts))
        {
            TaskId task = state.OpenTasks.First(open => open.Attempts.Contains(attempt)).Id;
            EvidenceSnapshot? known = expected.Evidence(task, attempt.Number), again = actual.Evidence(task, attempt.Number);
            Assert.Equal(known is null, again is null);
            if (known is null) continue;
            AssertSame(known.Qualified, again!.Qualified);
            Assert.Equal(EntrySigner.Payload(1, known.Evidence), EntrySigner.Payload(1, again.Evidence));
            Assert.Equal(known.Terms.Encode(), again.Terms.Encode());
            Assert.Equal(known with { Evidence = again.Evidence, Terms = again.Terms, Qualified = again.Qualified }, again);
        }
    }

    private static void AssertSame(OfferSnapshot expected, OfferSnapshot actual)
    {
        Assert.Equal(EntrySigner.Payload(1, expected.Offer), EntrySigner.Payload(1, actual.Offer));
        Assert.Equal(expected.Terms.Encode(), actual.Terms.Encode());
        Assert.Equal(expected.Randomness, actual.Randomness);
        Assert.Equal(expected with { Offer = actual.Offer, Terms = actual.Terms, Randomness = actual.Randomness }, actual);
    }
}
