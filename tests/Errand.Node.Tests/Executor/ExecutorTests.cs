using Errand.Primitives;
using Errand.Protocol;

namespace Errand.Node.Tests;

/// <summary>Executors that vanish, and enclaves that are given something wrong.</summary>
[Collection(NetworkSuite.Name)]
public sealed class ExecutorTests(SharedNetwork shared)
{
    [Fact]
    public async Task T_22_winner_vanishes_and_the_backup_completes()
    {
        RunningNetwork network = await shared.HealthyAsync();
        foreach (SwitchableLauncher launcher in shared.Launchers) launcher.Hangs = true;
        TaskId task = await network.SubmitAsync(await shared.AppAsync(), await shared.DataAsync(), "table.csv");
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        await Task.WhenAny(shared.Launchers.Select(launcher => launcher.Hung.WaitAsync(limit.Token)));
        await limit.CancelAsync();
        foreach (SwitchableLauncher launcher in shared.Launchers) launcher.Hangs = false;
        await network.EndedAsync(task);

        TaskState state = network.State.Tasks[task];
        Assert.Equal(TaskOutcome.Completed, state.Outcome);
        Assert.Equal([TaskReason.ExecutorTimeout, TaskReason.None], state.Attempts.Select(attempt => attempt.Failure));
        Assert.NotEqual(state.Attempts[0].Executor, state.Attempts[1].Executor);
        Assert.True(network.State.Nodes[state.Attempts[0].Executor].Strikes > 0);
        Assert.NotEmpty(network.OpenResult(task).Files);
    }

    [Fact]
    public async Task T_22_third_attempt_does_not_exist()
    {
        RunningNetwork network = await shared.HealthyAsync();
        foreach (SwitchableLauncher launcher in shared.Launchers) launcher.Hangs = true;
        TaskId task = await network.SubmitAsync(await shared.AppAsync(), await shared.DataAsync(), "table.csv");
        await network.EndedAsync(task);

        TaskState state = network.State.Tasks[task];
        Assert.Equal((TaskOutcome.Failed, TaskReason.NoExecutor), (state.Outcome, state.Reason));
        Assert.Equal([TaskReason.ExecutorTimeout, TaskReason.ExecutorTimeout], state.Attempts.Select(attempt => attempt.Failure));
    }

    [Fact]
    public async Task An_app_that_nobody_serves_ends_both_attempts_at_once_and_not_at_their_deadlines()
    {
        RunningNetwork network = await shared.HealthyAsync();
        AssetId app = await network.PublishAsync("lab", AssetKind.App, [.. Samples.LogisticRegression], "", Samples.Policy("app"));
        File.Delete(network.FileOf(app));
        TaskId task = await network.SubmitAsync(app, await shared.DataAsync(), "table.csv");
        await network.EndedAsync(task);
        Failures.AssertNeverRan(network, task);
        TaskState state = network.State.Tasks[task];
        long opened = state.Steps.First(step => step.Phase == TaskPhase.Attesting).AtMilliseconds;
        Assert.InRange(state.Steps[^1].AtMilliseconds - opened, 0, network.State.Genesis.Times.ReleaseMilliseconds);
    }

    [Fact]
    public async Task T_50_executor_that_changes_a_release_gets_an_abort_and_nothing_is_released_twice()
    {
        RunningNetwork network = await shared.HealthyAsync();
        foreach (SwitchableLauncher launcher in shared.Launchers)
            launcher.Release = frame =>
            {
                byte[] changed = frame.ToArray();
                changed[^1] ^= 1;
                return changed;
            };
        TaskId task = await network.SubmitAsync(await shared.AppAsync(), await shared.DataAsync(), "table.csv");
        await network.EndedAsync(task);
        Failures.AssertNeverRan(network, task);
        Assert.True(shared.Log.Has(task.Value.ToShortString(), "abort/release-signature"));
    }

    [Fact]
    public async Task T_51_release_of_attempt_1_is_not_taken_for_attempt_2_and_strangers_messages_are_not_given_to_the_enclave()
    {
        RunningNetwork network = await shared.HealthyAsync();
        AssetId app = await shared.AppAsync();
        AssetId data = await shared.DataAsync();
        int releases = 0;
        // The first enclave is spoiled after its key was released; the second is a good one.
        foreach (SwitchableLauncher launcher in shared.Launchers) launcher.Release = frame => Interlocked.Increment(ref releases) > 1 ? frame : new byte[frame.Length];
        TaskId task = await network.SubmitAsync(app, data, "table.csv");
        await network.UntilAsync(state => state.Tasks[task].Attempts.Count == 2 && state.Tasks[task].Phase >= TaskPhase.Verifying);
        byte[] first = await File.ReadAllBytesAsync(Path.Combine(network.Folder.Party("lab"), "releases", $"{task}-1-{app}.release"));
        string door = $"{network.State.Nodes[network.State.Tasks[task].Attempts[1].Executor].Endpoint}/releases/{task}/2/{app}";
        for (int i = 0; i < 20; i++)
        {
            using var replayed = new ByteArrayContent(i % 2 == 0 ? first : [(byte)i]);
            using HttpResponseMessage answer = await network.Http.PutAsync(new Uri(door), replayed);
            Assert.InRange((int)answer.StatusCode, 200, 499);
        }
        await network.EndedAsync(task);

        TaskState state = network.State.Tasks[task];
        Assert.Equal(TaskOutcome.Completed, state.Outcome);
        Assert.Equal(TaskReason.Abandoned, state.Attempts[0].Failure);
        Assert.Equal(2, network.Applied<ReleaseEntry>().Count(release => release.Task == task && release.Asset == app));
        Assert.NotEqual(state.Attempts[0].Releases[app], state.Attempts[1].Releases[app]);
    }

    [Theory]
    [InlineData("output", OutcomeCode.Limit)]
    [InlineData("fuel", OutcomeCode.Limit)]
    [InlineData("memory", OutcomeCode.AppFailed)]
    public async Task Cheat_that_goes_over_a_limit_ends_without_output(string mode, OutcomeCode expected)
    {
        RunningNetwork network = await shared.HealthyAsync();
        TaskId task = await network.SubmitAsync(await shared.CheatAsync(), await shared.DataAsync(), mode);
        await network.EndedAsync(task);
        Assert.Equal(TaskOutcome.Completed, network.State.Tasks[task].Outcome);
        Assert.Equal(expected, OutcomeOf(network, task));
        ResultPackage result = network.OpenResult(task);
        Assert.Empty(result.Files);
        Assert.Equal(0, result.Log.Length);
    }

    [Fact]
    public async Task Cheat_that_traps_ends_as_app_failed_and_its_last_words_stay_inside()
    {
        RunningNetwork network = await shared.HealthyAsync();
        TaskId task = await network.SubmitAsync(await shared.CheatAsync(), await shared.DataAsync(), "trap", "last-words-of-a-cheat");
        await network.EndedAsync(task);
        Assert.Equal(OutcomeCode.AppFailed, OutcomeOf(network, task));
        Assert.Equal(0, network.OpenResult(task).Log.Length);
        Assert.False(shared.Log.Has("last-words-of-a-cheat"));
    }

    [Fact]
    public async Task Cheat_is_granted_nothing()
    {
        RunningNetwork network = await shared.HealthyAsync();
        TaskId task = await network.SubmitAsync(await shared.CheatAsync(), await shared.DataAsync());
        await network.EndedAsync(task);
        Assert.Equal(OutcomeCode.Ok, OutcomeOf(network, task));
        string[] lines = System.Text.Encoding.UTF8.GetString(Assert.Single(network.OpenResult(task).Files).Content.Span).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        foreach (string line in lines) TestContext.Current.TestOutputHelper?.WriteLine(line);
        Assert.True(lines.Length > 30);
        Assert.DoesNotContain(lines, line => line.Contains("GRANTED", StringComparison.Ordinal));
    }

    private static OutcomeCode OutcomeOf(RunningNetwork network, TaskId task)
    {
        ReceiptEntry entry = network.Applied<ReceiptEntry>().Single(receipt => receipt.Task == task);
        AttemptState attempt = network.State.Tasks[task].Attempts[entry.Attempt - 1];
        return Receipt.TryOpen(entry.Receipt.Span, network.State.Network, attempt.ReceiptKey)!.Outcome;
    }
}
