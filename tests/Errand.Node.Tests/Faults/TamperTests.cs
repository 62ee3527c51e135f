using CsCheck;
using Errand.Primitives;
using Errand.Protocol;

namespace Errand.Node.Tests;

/// <summary>Flipped bytes: in sealed files where they lie, and in entries on their way to the ledger. A failure prints its seed.</summary>
[Collection(NetworkSuite.Name)]
public sealed class TamperTests(SharedNetwork shared)
{
    [Fact]
    public Task T_24_flipped_data_does_not_run() => FlippedFileAsync(app: false, tries: 2);

    [Fact]
    public Task T_24_flipped_app_does_not_run() => FlippedFileAsync(app: true, tries: 2);

    [Fact]
    public async Task Flipped_entries_are_refused_by_their_frame_or_signature()
    {
        RunningNetwork network = await shared.HealthyAsync();
        TaskId task = await network.SubmitAsync(await shared.AppAsync(), await shared.DataAsync(), "table.csv");
        await network.EndedAsync(task);
        Assert.Equal((TaskOutcome.Completed, TaskReason.None), (network.State.Tasks[task].Outcome, network.State.Tasks[task].Reason));

        foreach (EntryKind kind in new[] { EntryKind.Submit, EntryKind.Accept, EntryKind.Claim, EntryKind.Evidence, EntryKind.Verdict, EntryKind.Release, EntryKind.Receipt })
        {
            byte[] entry = network.History.Last(seen => seen.Result.Applied && seen.Result.Entry.Body!.Kind == kind).Entry.Bytes.ToArray();
            Assert.Equal(RefusalReason.Sequence, (await network.AppendAsync(entry)).Refusal);
            await Gen.Select(Gen.Int[0, entry.Length - 1], Gen.Int[0, 7]).SampleAsync(async (position, bit) =>
            {
                byte[] flipped = [.. entry];
                flipped[position] ^= (byte)(1 << bit);
                ApplyResult result = await network.AppendAsync(flipped);
                return !result.Applied && result.Refusal is RefusalReason.Frame or RefusalReason.Signature;
            }, iter: 15, threads: 1);
        }
        Assert.Equal(TaskOutcome.Completed, network.State.Tasks[task].Outcome);
        Assert.False(network.Network.Failure.IsCompleted);
    }

    [Fact]
    public async Task Entries_signed_by_somebody_else_are_refused_for_who_it_is()
    {
        RunningNetwork network = await shared.HealthyAsync();
        AssetId app = await shared.CheatAsync();
        TaskId task = await network.SubmitAsync(app, await shared.DataAsync(), "fuel");
        await network.UntilAsync(state => state.Tasks[task].Phase == TaskPhase.Running);
        EvidenceEntry evidence = network.Applied<EvidenceEntry>().Last(entry => entry.Task == task);
        VerdictEntry verdict = network.Applied<VerdictEntry>().Last(entry => entry.CaseId == task.Value);
        ReleaseEntry release = network.Applied<ReleaseEntry>().Last(entry => entry.Task == task);

        Assert.Equal(RefusalReason.NotTheExecutor, await StrangerAsync(network, evidence));
        Assert.Equal(RefusalReason.UnknownNode, await StrangerAsync(network, verdict));
        Assert.Equal(RefusalReason.NotOwner, await StrangerAsync(network, release with { Asset = app }));
        Assert.Equal(RefusalReason.NotTheExecutor, await StrangerAsync(network, new ReceiptEntry { Task = task, Attempt = 1, Receipt = new byte[100], InlineResult = default }));
        Assert.Equal(RefusalReason.NotTheExecutor, await StrangerAsync(network, new AbandonEntry { Task = task, Attempt = 1 }));
        await network.EndedAsync(task);
        Assert.Equal(TaskOutcome.Completed, network.State.Tasks[task].Outcome);
    }

    private static async Task<RefusalReason> StrangerAsync(RunningNetwork network, EntryBody body)
    {
        Client.Identity stranger = network.Party("stranger");
        ulong next = (ulong)network.State.NextPosition + 1_000_000;
        return (await network.AppendAsync(EntrySigner.Sign(network.State.Network, stranger.Key, next, body).Encoded.ToArray())).Refusal;
    }

    private async Task FlippedFileAsync(bool app, int tries)
    {
        RunningNetwork network = await shared.HealthyAsync();
        AssetId[] assets = [await shared.AppAsync(), await shared.DataAsync()];
        string file = network.FileOf(assets[app ? 0 : 1]);
        byte[] good = await File.ReadAllBytesAsync(file);
        try
        {
            await Gen.Select(Gen.Int[0, good.Length - 1], Gen.Int[0, 7]).SampleAsync(async (position, bit) =>
            {
                await shared.HealthyAsync();
                byte[] flipped = [.. good];
                flipped[position] ^= (byte)(1 << bit);
                await File.WriteAllBytesAsync(file, flipped);
                TaskId task = await network.SubmitAsync(assets[0], assets[1], "table.csv");
                await network.EndedAsync(task);
                Failures.AssertNeverRan(network, task);
                Assert.True(shared.Log.Has(task.Value.ToShortString(), "abort/content-id"), $"No abort code for byte {position}.");
            }, iter: tries, threads: 1);
        }
        finally
        {
            await File.WriteAllBytesAsync(file, good);
        }
    }
}
