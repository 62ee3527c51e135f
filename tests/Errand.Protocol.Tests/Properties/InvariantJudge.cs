using Errand.Primitives;

namespace Errand.Protocol.Tests;

/// <summary>Watches a fold from outside and compares it with what the rules say in plainer words.</summary>
internal sealed class InvariantJudge(NetworkState state)
{
    private readonly Dictionary<TaskId, (TaskOutcome Outcome, TaskReason Reason)> _ended = [];
    private string _root = state.Root().ToString();

    public ApplyResult Apply(long milliseconds, byte[] bytes)
    {
        PreparedEntry entry = PreparedEntry.Prepare(state.Network, bytes);
        (int Accepts, int Needed)? before = entry.Body is ReleaseEntry release ? Votes(release) : null;
        long clock = state.Clock.Milliseconds;
        ApplyResult result = state.Apply(milliseconds, entry);

        string root = state.Root().ToString();
        if (!result.Applied && result.DeadlinesFired == 0) Assert.Equal(_root, root);
        if (result.Applied) Assert.NotEqual(_root, root);
        _root = root;
        if (result.Applied && entry.Body is ReleaseEntry) Assert.True(before is { } votes && votes.Accepts >= votes.Needed, "A key was released without a quorum.");
        Assert.InRange(state.Clock.Milliseconds, clock, clock + ProtocolLimits.ClockStepMilliseconds);
        Assert.True(state.NextDueMilliseconds > state.Clock.Milliseconds, "A deadline that is due has not fired.");
        if (result.DeadlinesFired > 0) CheckWeight();
        CheckEnds();
        return result;
    }

    public void CheckAll()
    {
        CheckWeight();
        CheckEnds();
        CheckHardware();
    }

    // W is the number of verifiers whose tenure covers the epoch, and there is one for each operator.
    private void CheckWeight()
    {
        NodeState[] counted = [.. state.Nodes.Values.Where(node => node.Roles.HasFlag(NodeRoles.Verifier) && node.KeyAt(state.Clock.Epoch) is not null)];
        Assert.Equal(counted.Length, state.Clock.Weight);
        Assert.Equal(counted.Length, counted.Select(node => node.Operator).Distinct().Count());
        foreach (NodeState node in state.Nodes.Values)
            Assert.All(node.Tenures.Zip(node.Tenures.Skip(1)), pair => Assert.True(pair.First.UntilEpoch <= pair.Second.FromEpoch, "Two tenures overlap."));
    }

    private void CheckEnds()
    {
        foreach (TaskState task in state.Tasks.Values)
        {
            Assert.Equal(task.Phase == TaskPhase.Ended, task.Outcome != TaskOutcome.None);
            Assert.Equal(task.Phase == TaskPhase.Ended ? 1 : 0, task.Steps.Count(step => step.Phase == TaskPhase.Ended));
            if (task.Phase == TaskPhase.Ended && !_ended.TryAdd(task.Id, (task.Outcome, task.Reason)))
                Assert.Equal(_ended[task.Id], (task.Outcome, task.Reason));
            if (task.Outcome == TaskOutcome.Completed) Assert.True(task.ReceiptPosition >= 0, "A task completed without a receipt.");
            if (task.Phase is TaskPhase.Running or TaskPhase.Serving)
                Assert.All(task.Submit.AllAssets, asset => Assert.Contains(asset, task.Attempt!.Releases));
            foreach (AttemptState attempt in task.Attempts)
            {
                if (attempt.Releases.Count > 0) Assert.Equal(BallotResult.Accepted, attempt.Current!.Result);
                if (attempt != task.Attempt) Assert.DoesNotContain(attempt.Rounds, round => round.Result == BallotResult.Open);
            }
        }
    }

    // One endorsement key, one chip and one VRF key each back one node.
    private void CheckHardware()
    {
        NodeState[] nodes = [.. state.Nodes.Values];
        Assert.Equal(nodes.Count(node => node.EkId is not null), nodes.Select(node => node.EkId).Where(ek => ek is not null).Distinct().Count());
        Assert.Equal(nodes.Count(node => node.ChipId is not null), nodes.Select(node => node.ChipId).Where(chip => chip is not null).Distinct().Count());
        Assert.Equal(nodes.Length, nodes.Select(node => node.VrfKey).Distinct().Count());
        Assert.Equal(state.TrustCases.Count, nodes.Count(node => node.OpenCase is { } id && state.TrustCases.ContainsKey(id)));
    }

    private (int Accepts, int Needed)? Votes(ReleaseEntry release) =>
        state.Tasks.TryGetValue(release.Task, out TaskState? task) && release.Attempt == task.Attempts.Count && task.Attempt?.Current is { } ballot
            ? (ballot.Votes.Values.Count(accept => accept), ballot.AcceptsNeeded)
            : null;
}
