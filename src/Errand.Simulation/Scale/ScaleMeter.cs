using System.Diagnostics;
using Errand.Primitives;
using Errand.Protocol;

namespace Errand.Simulation;

/// <summary>Folds a task's entries as one follower does, alone and without help of other threads, and counts what they cost.</summary>
internal sealed class ScaleMeter(ScaleNetwork network)
{
    public long Entries { get; private set; }

    public long Bytes { get; private set; }

    /// <summary>Processor time of checking and folding, proofs and signatures included, and of the state root after each step.</summary>
    public TimeSpan Processor { get; private set; }

    /// <summary>How often somebody had to wait for others' entries before there was something to do.</summary>
    public int Rounds { get; private set; }

    /// <summary>Takes the entries of each step, in order; null to keep none.</summary>
    public List<IReadOnlyList<byte[]>>? Steps { get; init; }

    /// <summary>One step: entries that nobody has to wait for one another to make. They are in the ledger a network's delay later.</summary>
    public void Step(params IEnumerable<byte[]> entries)
    {
        network.Now += ScaleTask.DelayMilliseconds;
        byte[][] all = [.. entries];
        TimeSpan before = Environment.CpuUsage.TotalTime;
        foreach (byte[] bytes in all) network.Fold(PreparedEntry.Prepare(network.Network, bytes));
        network.State.Root();
        Processor += Environment.CpuUsage.TotalTime - before;
        Steps?.Add(all);
        Entries += all.Length;
        Bytes += all.Sum(bytes => (long)bytes.Length);
        Rounds++;
    }
}
