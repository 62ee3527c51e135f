namespace Errand.Simulation;

/// <summary>What goes wrong by itself.</summary>
internal sealed class FaultPlan
{
    private readonly Dictionary<string, long> _skews = new(StringComparer.Ordinal);

    public FaultPlan(SimulationPlan plan, Chance chance)
    {
        DelayMaxMilliseconds = 40;
        DiskMaxMilliseconds = 5;
        if (!plan.Mix.Faults) return;
        LossPercent = chance.Percent(50) ? chance.Below(16) : 0;
        DuplicatePercent = chance.Percent(50) ? chance.Below(16) : 0;
        StalePercent = chance.Percent(40) ? chance.Below(40) : 0;
        DelayMaxMilliseconds = chance.Percent(50) ? chance.Between(40, 3_000) : 40;
        DiskMaxMilliseconds = chance.Percent(30) ? chance.Between(5, 4_000) : 5;
        LateTickMilliseconds = chance.Percent(30) ? chance.Between(0, 8_000) : 0;
        string[] names =
        [
            .. Enumerable.Range(0, plan.Verifiers).Select(SimulationPlan.VerifierName), .. Enumerable.Range(0, plan.Executors).Select(SimulationPlan.ExecutorName),
            SimulationPlan.AppOwnerName, .. Enumerable.Range(0, plan.DataAssets).Select(SimulationPlan.DataOwnerName),
        ];
        if (chance.Percent(50))
            foreach (string name in names) _skews[name] = chance.Between(-4_000, 4_000);
        if (chance.Percent(5)) _skews[chance.Pick(names)] = chance.Between(-600_000, 600_000);
        Crashes = chance.Percent(60)
            ? [.. Enumerable.Range(0, (int)chance.Between(1, 3)).Select(_ => DrawCrash(names, chance))]
            : [];
        Partitions = chance.Percent(30)
            ? [.. Enumerable.Range(0, (int)chance.Between(1, 3)).Select(_ => DrawPartition(names, chance))]
            : [];
    }

    public int LossPercent { get; }

    public int DuplicatePercent { get; }

    /// <summary>How often a read gives less than there is.</summary>
    public int StalePercent { get; }

    public bool HasStaleReads => StalePercent > 0;

    public long DelayMaxMilliseconds { get; }

    public long DiskMaxMilliseconds { get; }

    public long LateTickMilliseconds { get; }

    public IReadOnlyList<Crash> Crashes { get; } = [];

    public IReadOnlyList<Partition> Partitions { get; } = [];

    /// <summary>How far a participant's clock is ahead.</summary>
    public long SkewOf(string name) => _skews.GetValueOrDefault(name);

    // Owners write and send little: a crash that comes late would never come.
    private static Crash DrawCrash(string[] names, Chance chance)
    {
        string name = chance.Pick(names);
        bool owner = name.Contains("owner", StringComparison.Ordinal);
        return new Crash(name, (int)chance.Between(1, owner ? 10 : 60), chance.Between(500, 15_000), chance.Below(64));
    }

    private static Partition DrawPartition(string[] names, Chance chance)
    {
        long from = SimulationPlan.StartMilliseconds + chance.Between(0, 14 * SimulationPlan.EpochMilliseconds);
        var cut = new HashSet<string>(names.Where(_ => chance.Percent(40)), StringComparer.Ordinal);
        return new Partition(from, from + chance.Between(1_000, 12_000), cut);
    }

    public override string ToString() =>
        $"loss {LossPercent} %, doubled {DuplicatePercent} %, stale {StalePercent} %, delay {DelayMaxMilliseconds} ms, disk {DiskMaxMilliseconds} ms, late ticks {LateTickMilliseconds} ms, "
        + $"{Crashes.Count} crashes, {Partitions.Count} partitions";
}
