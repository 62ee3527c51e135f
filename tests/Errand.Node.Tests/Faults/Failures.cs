using Errand.Primitives;
using Errand.Protocol;

namespace Errand.Node.Tests;

/// <summary>What must hold of every task that was tampered with.</summary>
internal static class Failures
{
    /// <summary>The task failed in both attempts, brought no receipt, and released no key twice for one attempt.</summary>
    public static void AssertNeverRan(RunningNetwork network, TaskId task)
    {
        TaskState state = network.State.Tasks[task];
        Assert.Equal((TaskOutcome.Failed, TaskReason.NoExecutor), (state.Outcome, state.Reason));
        Assert.Equal([TaskReason.Abandoned, TaskReason.Abandoned], state.Attempts.Select(attempt => attempt.Failure));
        Assert.Equal(-1, state.ReceiptPosition);
        ReleaseEntry[] releases = [.. network.Applied<ReleaseEntry>().Where(release => release.Task == task)];
        Assert.Equal(releases.Length, releases.Select(release => (release.Attempt, release.Asset)).Distinct().Count());
    }
}
