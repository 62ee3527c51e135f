using Errand.Primitives;
using Errand.Protocol;

namespace Errand.Simulation;

/// <summary>
/// What must come about: a task with honest owners, an executor that is honest and stays alive in its attempt, and so many honest
/// verifiers that the others can neither block nor outvote them, completes. Judged where the ledger is honest and everybody sits.
/// </summary>
internal static class LivenessJudge
{
    private const long ClockSkewMaxMilliseconds = 5_000;
    private const long BanMilliseconds = 3 * SimulationPlan.EpochMilliseconds;

    public static void Judge(World world, JudgeBench bench)
    {
        SimulationPlan plan = world.Plan;
        if (plan.Ledger.Lie != LedgerLie.None || !plan.EverybodySits || plan.Governance is not null || plan.Liars.Requester == Lie.Resubmit) return;
        if (!world.Participants.OfType<OwnerActor>().All(owner => IsReliable(owner, plan))) return;
        int verifiers = world.Participants.OfType<VerifierActor>().Count(verifier => IsReliable(verifier, plan) || verifier.Lie == Lie.GrindTicket);
        if (verifiers < 3 * plan.Verifiers / 5 + 1) return;
        foreach ((PublicKey id, long at) in bench.Main.Contradicted)
        {
            // Those who saw it have had time to say so, whatever was lost or down for a while.
            if (world.Events.Now > at + BanMilliseconds && !bench.Main.Nodes[id].IsBanned) bench.Report("liveness", $"{world.Find(id)?.Name} has contradicted itself and was not charged");
        }
        foreach (TaskId id in world.Requester.Tasks)
        {
            if (!bench.Main.Tasks.TryGetValue(id, out NaiveTask? task)) bench.Report("liveness", $"task {id.Value.ToShortString()} has not reached the ledger");
            // A second attempt may mend it, and hide that a broker did not hand over what it had released.
            else if (task.Attempts.Exists(attempt => attempt.RanOut && IsGood(world, attempt.Executor))) bench.Report("liveness", $"an attempt of task {id.Value.ToShortString()} ran out, although its executor was alive");
            else if (task.Outcome != TaskOutcome.Completed && MustComplete(world, bench.Main, task)) bench.Report("liveness", $"task {id.Value.ToShortString()} ended as {task.Outcome}/{task.Reason} in phase {task.Phase}, although it could have been done");
        }
        if (world.Requester.Tasks.Count < plan.Tasks) bench.Report("liveness", "a task was not submitted");
    }

    private static bool MustComplete(World world, NaiveNetwork model, NaiveTask task)
    {
        // Evidence that came and was genuine, or an executor that could have brought it.
        if (task.Attempts.Count > 0) return task.Attempts.Exists(attempt => IsGood(world, attempt.Executor));
        return world.Participants.OfType<ExecutorActor>().Any(executor => IsGood(world, executor.Id) && model.Nodes.TryGetValue(executor.Id, out NaiveNode? node) && node.IsQualifiedAt(task.Epoch));
    }

    private static bool IsGood(World world, PublicKey id) =>
        world.ExecutorOf(id) is { IsHonest: true } executor && executor.Outages.Count == 0 && IsReliable(executor, world.Plan);

    private static bool IsReliable(Participant participant, SimulationPlan plan) =>
        participant.IsHonest && Math.Abs(plan.Faults.SkewOf(participant.Name)) <= ClockSkewMaxMilliseconds;
}
