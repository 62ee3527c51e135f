using Errand.Primitives;
using Errand.Protocol;

namespace Errand.Node.Tests;

/// <summary>Key brokers that stop, crash or run twice.</summary>
[Collection(NetworkSuite.Name)]
public sealed class BrokerTests(SharedNetwork shared)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task T_48_broker_double_releases_once_with_the_same_bytes()
    {
        RunningNetwork network = await shared.HealthyAsync();
        await using KeyBrokerService second = network.StartBroker("lab", shared.Log);
        AssetId app = await shared.AppAsync();
        TaskId task = await network.SubmitAsync(app, await shared.DataAsync(), "table.csv");
        await network.EndedAsync(task);

        Assert.Equal(TaskOutcome.Completed, network.State.Tasks[task].Outcome);
        ReleaseEntry released = Assert.Single(network.Applied<ReleaseEntry>(), release => release.Task == task && release.Asset == app);
        Assert.Equal(released.SealedKeyDigest, ReleaseEntry.DigestOf(JournalOf(network, "lab", task, 1, app)));
        // Whatever the slower one appended names the same bytes, and was refused.
        foreach ((_, ApplyResult result) in network.History.Where(seen => !seen.Result.Applied))
        {
            if (result.Entry.Body is not ReleaseEntry late || late.Task != task) continue;
            Assert.Equal(released.SealedKeyDigest, late.SealedKeyDigest);
            Assert.Contains(result.Refusal, new[] { RefusalReason.AlreadyReleased, RefusalReason.Late, RefusalReason.Sequence });
        }
    }

    [Fact]
    public async Task T_48_second_release_with_other_bytes_is_already_released()
    {
        RunningNetwork network = await shared.HealthyAsync();
        AssetId app = await shared.CheatAsync();
        TaskId task = await network.SubmitAsync(app, await shared.DataAsync(), "fuel");
        await network.UntilAsync(state => state.Tasks[task].Phase == TaskPhase.Running);

        var other = new ReleaseEntry { Task = task, Attempt = 1, Asset = app, SealedKeyDigest = task.Value };
        CoseSign1 frame = EntrySigner.Sign(network.State.Network, network.Party("lab").Key, network.State.LastSequence(network.Party("lab").PublicKey) + 1, other);
        Assert.Equal(RefusalReason.AlreadyReleased, (await network.AppendAsync(frame.Encoded.ToArray())).Refusal);
        await network.EndedAsync(task);
    }

    [Theory]
    [InlineData("before the ledger")]
    [InlineData("before the hand-over")]
    public async Task T_49_broker_crash_sends_the_same_bytes_and_counts_one_release(string when)
    {
        RunningNetwork network = await shared.HealthyAsync();
        AssetId data = await network.PublishAsync("clinic", AssetKind.Data, [.. Samples.BreastCancer, .. System.Text.Encoding.ASCII.GetBytes(when)], "hospital-campus", Samples.Policy("data"));
        var ledger = new CrashingLedger(network.Ledger, network.State.Network, EntryKind.Release);
        using var wire = new DeadWire();
        using var http = new HttpClient(wire);
        bool early = when == "before the ledger";
        TaskId task;
        byte[] journalled;
        await using (network.StartBroker("clinic", shared.Log, early ? ledger : null, early ? null : http))
        {
            task = await network.SubmitAsync(await shared.AppAsync(), data, "table.csv");
            await network.UntilAsync(state => state.Tasks[task].Phase >= TaskPhase.Releasing);
            await (early ? ledger.Crashed : wire.Tried).WaitAsync(Patience);
            if (!early) await network.UntilAsync(state => state.Tasks[task].Attempts[0].Releases.ContainsKey(data));
            journalled = JournalOf(network, "clinic", task, 1, data);
        }
        Assert.Equal(early ? 0 : 1, network.Applied<ReleaseEntry>().Count(release => release.Task == task && release.Asset == data));

        await using KeyBrokerService again = network.StartBroker("clinic", shared.Log);
        await network.EndedAsync(task);
        Assert.Equal((TaskOutcome.Completed, 1), (network.State.Tasks[task].Outcome, network.State.Tasks[task].Attempts.Count));
        Assert.Equal(journalled, JournalOf(network, "clinic", task, 1, data));
        ReleaseEntry released = Assert.Single(network.Applied<ReleaseEntry>(), release => release.Task == task && release.Asset == data);
        Assert.Equal(ReleaseEntry.DigestOf(journalled), released.SealedKeyDigest);
    }

    [Fact]
    public async Task T_07_owner_withholds_release_and_nobody_after_it_is_asked()
    {
        RunningNetwork network = await shared.HealthyAsync();
        AssetId app = await network.PublishAsync("workshop", AssetKind.App, [.. Samples.LogisticRegression], "", Samples.Policy("app"));
        AssetId data = await shared.DataAsync();
        TaskId task;
        await using (network.StartBroker("workshop", shared.Log))
        {
            task = await network.SubmitAsync(app, data, "table.csv");
            await network.UntilAsync(state => state.Tasks[task].Phase > TaskPhase.Accepting);
        }
        await network.EndedAsync(task);

        TaskState state = network.State.Tasks[task];
        Assert.Equal((TaskOutcome.Failed, TaskReason.OwnerWithheld), (state.Outcome, state.Reason));
        AttemptState attempt = Assert.Single(state.Attempts);
        Assert.Empty(attempt.Releases);
        Assert.DoesNotContain(network.History, seen => seen.Result.Entry.Body is ReleaseEntry release && release.Task == task);
        Assert.Equal((1, 0), (network.State.Assets[app].Withheld, network.State.Assets[data].Withheld));
    }

    [Fact]
    public async Task A_task_that_the_policy_forbids_is_denied()
    {
        RunningNetwork network = await shared.HealthyAsync();
        AssetId data = await network.PublishAsync("hospital", AssetKind.Data, [.. Samples.BreastCancer, 0x31], "hospital-campus", Samples.Policy("data").Replace("65536", "1024", StringComparison.Ordinal));
        TaskId task = await network.SubmitAsync(await shared.AppAsync(), data, "table.csv");
        await network.EndedAsync(task);
        Assert.Equal((TaskOutcome.Denied, TaskReason.OwnerDenied), (network.State.Tasks[task].Outcome, network.State.Tasks[task].Reason));
        Assert.Equal(DenyReason.OutputLimit, Assert.Single(network.Applied<DenyEntry>(), deny => deny.Task == task).Reason);
    }

    [Fact]
    public async Task T_05_accept_budget_of_one_is_not_given_twice_when_tasks_come_together()
    {
        RunningNetwork network = await shared.HealthyAsync();
        AssetId app = await shared.AppAsync();
        AssetId data = await network.PublishAsync("hospital", AssetKind.Data, [.. Samples.BreastCancer, 0x32], "hospital-campus", Samples.Policy("data").Replace("1000,", "1,", StringComparison.Ordinal));
        TaskId[] tasks = [await network.SubmitAsync(app, data, "table.csv"), await network.SubmitAsync(app, data, "table.csv")];
        foreach (TaskId task in tasks) await network.EndedAsync(task);
        Assert.Equal([TaskOutcome.Completed, TaskOutcome.Denied], tasks.Select(task => network.State.Tasks[task].Outcome).Order());
        Assert.Equal(DenyReason.AcceptBudget, Assert.Single(network.Applied<DenyEntry>(), deny => tasks.Contains(deny.Task)).Reason);
    }

    private static byte[] JournalOf(RunningNetwork network, string party, TaskId task, int attempt, AssetId asset) =>
        File.ReadAllBytes(Path.Combine(network.Folder.Party(party), "releases", $"{task}-{attempt}-{asset}.release"));
}
