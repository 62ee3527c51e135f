using System.Globalization;
using Errand.Primitives;
using Errand.Protocol;

namespace Errand.Simulation;

/// <summary>What became of one simulated network.</summary>
public sealed record SimulationReport
{
    /// <summary>What it was drawn from.</summary>
    public required ulong Seed { get; init; }

    /// <summary>What it could hold.</summary>
    public required SimulationMix Mix { get; init; }

    /// <summary>What must never happen, and did; empty when all is well.</summary>
    public required IReadOnlyList<Finding> Findings { get; init; }

    /// <summary>Entries of the ledger.</summary>
    public required int Entries { get; init; }

    /// <summary>Events of the simulation.</summary>
    public required long Events { get; init; }

    /// <summary>How each planned task ended, as in <c>completed</c> or <c>failed/rejected</c>.</summary>
    public required IReadOnlyList<string> Tasks { get; init; }

    /// <summary>The state root at the end of the history that most were shown.</summary>
    public required StateRoot Root { get; init; }

    /// <summary>Size, faults and liars, for people.</summary>
    public required string Plan { get; init; }

    /// <summary>The command that runs this network again.</summary>
    public string Replay => string.Create(CultureInfo.InvariantCulture, $"errand simulate --seed {Seed} --mix {Mix.Name}");

    internal static SimulationReport Of(World world)
    {
        SimulationPlan plan = world.Plan;
        return new SimulationReport
        {
            Seed = plan.Seed,
            Mix = plan.Mix,
            Findings = world.Judges.Findings,
            Entries = world.Ledger.Main.Count,
            Events = world.Events.Count,
            Tasks = [.. world.Requester.Tasks.Select(id => Describe(world.Judges.Main.Tasks.GetValueOrDefault(id)))],
            Root = world.Requester.Follower.State.Root(),
            Plan = $"{plan.Verifiers} verifiers, tau {plan.CommitteeSize}, {plan.Executors} executors, {plan.Tasks} tasks; {plan.Faults}; ledger {plan.Ledger.Lie}; liars {plan.Liars}",
        };
    }

    private static string Describe(NaiveTask? task) =>
        task is null ? "absent" : task.Reason == TaskReason.None ? task.Outcome.ToString() : $"{task.Outcome}/{task.Reason.Code()}";
}
