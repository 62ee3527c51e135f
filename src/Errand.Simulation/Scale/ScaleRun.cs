using System.Diagnostics;
using Errand.Protocol;

namespace Errand.Simulation;

/// <summary>
/// Grows a network to a number of verifiers and measures tasks on it, the state's memory, and its snapshot. Everything is folded by the rules of a real
/// node; only evidence is filler, which no fold looks at.
/// </summary>
public static class ScaleRun
{
    /// <summary>The most verifiers that listed operators of one genesis may sponsor, and more than any machine here holds.</summary>
    public const int VerifiersMax = 100_000_000;

    /// <summary>Measures one size.</summary>
    /// <param name="verifiers">From 1; the founder included.</param>
    /// <param name="tasks">How many tasks; from 1.</param>
    /// <param name="threads">How many threads make keys, proofs and signatures; what is measured runs on one.</param>
    /// <param name="tell">Takes lines on how far it has got.</param>
    /// <param name="cancellation">Stops it between entries.</param>
    /// <exception cref="InvalidOperationException">The fold refused an entry, a task failed, or the snapshot gave another state: a defect.</exception>
    public static ScaleReport Measure(int verifiers, int tasks, int threads, Action<string> tell, CancellationToken cancellation)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(verifiers, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(verifiers, VerifiersMax);
        ArgumentOutOfRangeException.ThrowIfLessThan(tasks, 1);
        long bytesBefore = ScaleSnapshot.LiveBytes();
        var network = new ScaleNetwork(verifiers);
        var watch = Stopwatch.StartNew();
        new ScaleBuilder(network, threads, tell, cancellation).Build();
        TimeSpan growth = watch.Elapsed;
        long growthEntries = network.Entries;
        if (network.State.Clock.Weight != verifiers) throw new InvalidOperationException($"{network.State.Clock.Weight} verifiers are in the snapshot, not {verifiers}.");

        var meters = new List<ScaleMeter>();
        long milliseconds = 0;
        for (int number = 1; number <= tasks; number++)
        {
            ScaleMeter meter = new ScaleTask(network, number, threads, cancellation).Run(out long taken);
            tell($"task {number} of {tasks}: {meter.Entries} entries, {meter.Processor.TotalMilliseconds:N1} ms");
            meters.Add(meter);
            milliseconds += taken;
        }
        long stateBytes = ScaleSnapshot.LiveBytes() - bytesBefore;
        ScaleSnapshot snapshot = ScaleSnapshot.Measure(network);
        return new ScaleReport
        {
            Verifiers = verifiers,
            GrowthEntries = growthEntries,
            Growth = growth,
            Tasks = tasks,
            TaskEntries = meters.Average(meter => meter.Entries),
            TaskBytes = meters.Average(meter => meter.Bytes),
            TaskProcessor = TimeSpan.FromTicks(meters.Sum(meter => meter.Processor.Ticks) / tasks),
            TaskRounds = meters.Average(meter => meter.Rounds),
            TaskTime = TimeSpan.FromMilliseconds(milliseconds / tasks),
            EpochTickets = ScaleTickets.Mean(verifiers),
            StateBytes = stateBytes,
            LoadedBytes = snapshot.LoadedBytes,
            SnapshotBytes = snapshot.SizeBytes,
            Save = snapshot.Save,
            Load = snapshot.Load,
            Root = network.State.Root(),
        };
    }

    /// <summary>The entries of one task under a committee of a size, by step: those of one step need not wait for one another. For what they cost on other ledgers.</summary>
    /// <param name="verifiers">From 1.</param>
    /// <param name="committee">τ, the expected number of seats.</param>
    /// <param name="threads">How many threads make keys, proofs and signatures.</param>
    /// <param name="cancellation">Stops it between entries.</param>
    public static IReadOnlyList<IReadOnlyList<byte[]>> TaskSteps(int verifiers, int committee, int threads, CancellationToken cancellation)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(verifiers, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(verifiers, VerifiersMax);
        var network = new ScaleNetwork(verifiers, committee);
        new ScaleBuilder(network, threads, _ => { }, cancellation).Build();
        var steps = new List<IReadOnlyList<byte[]>>();
        new ScaleTask(network, 1, threads, cancellation, steps).Run(out _);
        return steps;
    }

    /// <summary>Runs tasks on a small network, so that code is compiled before anything is measured.</summary>
    public static void WarmUp(CancellationToken cancellation)
    {
        const int Size = 150, Tasks = 25;
        Measure(Size, Tasks, threads: 1, _ => { }, cancellation);
    }
}
