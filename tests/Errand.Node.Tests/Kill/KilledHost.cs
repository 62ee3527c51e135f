using Errand.Ledger;
using Errand.Primitives;
using Errand.Protocol;

namespace Errand.Node.Tests;

/// <summary>What must hold of a task whose host was killed with SIGKILL in a phase, and started again.</summary>
internal static class KilledHost
{
    private const int Patience = 180;

    public static async Task AssertEndsOnceAsync(KillableNetwork killable, TaskPhase phase)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Kills by signal and reads /proc.");
        RunningNetwork network = killable.Running;
        await network.UntilAsync(state => state.Nodes.Values.All(node => node.PausedUntilEpoch <= state.Clock.Epoch));
        // The app that spins is killed while it runs; whether it had brought its receipt makes no difference to the rest.
        AssetId app = phase == TaskPhase.Running ? killable.Cheat : killable.Model;
        TaskId task = await network.SubmitAsync(app, killable.Data, phase == TaskPhase.Running ? "fuel" : "table.csv");
        await network.UntilAsync(state => state.Tasks[task].Phase >= phase, Patience);
        Assert.True(HostLock.IsHeld(network.Folder));
        IReadOnlyList<(int Id, string Home)> enclaves = await killable.KillAsync();
        Assert.False(HostLock.IsHeld(network.Folder));
        Dictionary<string, byte[]> journals = Journals(network, task);
        int seen = network.History.Count;
        // As if the kill had come while an executor fetched the app and wrote a result.
        string node = network.Folder.Node("executor-1");
        Directory.CreateDirectory(Path.Combine(node, "inputs"));
        await File.WriteAllTextAsync(Path.Combine(node, "inputs", "left"), "behind");
        await File.WriteAllTextAsync(Path.Combine(node, "results", "left.sealed.part"), "behind");

        await AssertGoneAsync(enclaves);
        await killable.StartAgainAsync();
        await network.EndedAsync(task, Patience);
        TaskState state = network.State.Tasks[task];
        TestContext.Current.TestOutputHelper?.WriteLine(string.Join(' ', state.Steps.Select(step => $"{step.Phase}/{step.Attempt}@{step.AtMilliseconds - state.Steps[0].AtMilliseconds}")));

        await AssertLedgerIntactAsync(network, seen);
        AssertEndedOnce(network, state, phase);
        AssertReleasedOnce(network, state, journals);
        Assert.DoesNotContain(Directory.EnumerateFiles(Path.Combine(network.Folder.Root, "nodes"), "*", SearchOption.AllDirectories),
            file => file.EndsWith(".part", StringComparison.Ordinal) || Path.GetFileName(Path.GetDirectoryName(file)) == "inputs");
    }

    private static void AssertEndedOnce(RunningNetwork network, TaskState state, TaskPhase phase)
    {
        Assert.Single(state.Steps, step => step.Phase == TaskPhase.Ended);
        Assert.Single(network.Applied<SubmitEntry>(), submit => submit == state.Submit);
        Assert.Equal((TaskOutcome.Completed, TaskReason.None), (state.Outcome, state.Reason));
        Assert.Single(network.Applied<ReceiptEntry>(), receipt => receipt.Task == state.Id);
        Assert.Equal(phase == TaskPhase.Running ? 0 : 1, network.OpenResult(state.Id).Files.Count);
        // An enclave does not survive its host: what had evidence on the ledger ends, and the backup begins anew.
        if (phase is TaskPhase.Verifying or TaskPhase.Releasing or TaskPhase.Running)
        {
            Assert.Equal([TaskReason.Abandoned, TaskReason.None], state.Attempts.Select(attempt => attempt.Failure));
            Assert.NotEqual(state.Attempts[0].Executor, state.Attempts[1].Executor);
            Assert.NotEqual(state.Attempts[0].ReceiptKey, state.Attempts[1].ReceiptKey);
        }
        else if (phase != TaskPhase.Attesting)
        {
            Assert.Single(state.Attempts);
        }
    }

    private static void AssertReleasedOnce(RunningNetwork network, TaskState state, Dictionary<string, byte[]> before)
    {
        ReleaseEntry[] releases = [.. network.Applied<ReleaseEntry>().Where(release => release.Task == state.Id)];
        Assert.Equal(releases.Length, releases.Select(release => (release.Attempt, release.Asset)).Distinct().Count());
        Dictionary<string, byte[]> after = Journals(network, state.Id);
        Assert.All(before, journal => Assert.Equal(journal.Value, after[journal.Key]));
        foreach (ReleaseEntry release in releases)
        {
            byte[] message = Assert.Single(after, journal => journal.Key.EndsWith($"{release.Task}-{release.Attempt}-{release.Asset}.release", StringComparison.Ordinal)).Value;
            Assert.Equal(release.SealedKeyDigest, ReleaseEntry.DigestOf(message));
        }
    }

    private static Dictionary<string, byte[]> Journals(RunningNetwork network, TaskId task) =>
        Directory.EnumerateFiles(Path.Combine(network.Folder.Root, "parties"), $"{task}-*.release", SearchOption.AllDirectories).ToDictionary(file => file, File.ReadAllBytes);

    // What was read before the kill is what is read after it.
    private static async Task AssertLedgerIntactAsync(RunningNetwork network, int seen)
    {
        int at = 0;
        while (at < seen)
        {
            foreach (LedgerEntry entry in await network.Ledger.ReadAsync(at, seen - at))
            {
                Assert.Equal((network.History[at].Entry.Position, network.History[at].Entry.TimeMilliseconds), (entry.Position, entry.TimeMilliseconds));
                Assert.True(network.History[at].Entry.Bytes.Span.SequenceEqual(entry.Bytes.Span), $"Entry {at} has changed.");
                at++;
            }
        }
    }

    public static async Task AssertGoneAsync(IReadOnlyList<(int Id, string Home)> enclaves)
    {
        Assert.NotEmpty(enclaves);
        foreach ((int id, string home) in enclaves)
        {
            for (int waited = 0; Directory.Exists($"/proc/{id}") && waited < 300; waited++) await Task.Delay(100);
            Assert.False(Directory.Exists($"/proc/{id}"), $"Enclave {id} has outlived its host.");
            if (!Directory.Exists(home)) continue;
            Assert.Empty(Directory.EnumerateFileSystemEntries(home));
            Directory.Delete(home);
        }
    }
}
