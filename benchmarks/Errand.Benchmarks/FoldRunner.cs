using System.Diagnostics;
using Errand.Client;
using Errand.Protocol;

namespace Errand.Benchmarks;

/// <summary>Folds a recorded history and prints entries per second, signatures and VRF proofs included.</summary>
internal static class FoldRunner
{
    private const int Group = 8, Waiting = 192;
    private const int AssetCount = 10_000;

    /// <param name="arguments">Waves, tasks in a wave; 10 and 100 unless given.</param>
    public static int Run(ReadOnlySpan<string> arguments)
    {
        int waves = arguments.Length > 0 ? int.Parse(arguments[0], null) : 10;
        int tasks = arguments.Length > 1 ? int.Parse(arguments[1], null) : 100;
        FoldHistory history = FoldHistory.Record(waves, tasks);
        Console.WriteLine($"{history.Entries.Count} entries of {waves * tasks} tasks, {Environment.ProcessorCount} processors");
        FoldHistory assets = FoldHistory.RecordAssets(AssetCount);
        for (int round = 0; round < 2; round++)
        {
            Measure("one by one, one thread", history, OneByOne);
            Measure("eight at once, one thread", history, Together);
            Measure("as clients and auditors fold, all processors", history, CatchUp);
            Measure("the same, signatures only", assets, CatchUp);
            MeasureParts(history);
        }
        return 0;
    }

    private static void Measure(string name, FoldHistory history, Func<FoldHistory, NetworkState> fold)
    {
        TimeSpan before = Environment.CpuUsage.TotalTime;
        var watch = Stopwatch.StartNew();
        NetworkState state = fold(history);
        watch.Stop();
        TimeSpan used = Environment.CpuUsage.TotalTime - before;
        if (state.Root() != history.Root) throw new InvalidOperationException($"{name}: another state root.");
        Console.WriteLine($"{name,-45} {history.Entries.Count / watch.Elapsed.TotalSeconds,10:N0} entries/s  {used.TotalMicroseconds / history.Entries.Count,6:N1} µs of processor time an entry");
    }

    // Where the time of one thread goes; the same work as "eight at once, one thread".
    private static void MeasureParts(FoldHistory history)
    {
        var state = new NetworkState(history.Genesis);
        var prepared = new Queue<PreparedEntry>(history.Entries.Count);
        double prepare = Cost(history, () =>
        {
            for (int i = 0; i < history.Entries.Count; i += Group) Enqueue(state, history, i, prepared);
        });
        var together = TimeSpan.Zero;
        double whole = Cost(history, () =>
        {
            foreach (var record in history.Entries)
            {
                TimeSpan before = Environment.CpuUsage.TotalTime;
                state.ForeseeTogether(prepared);
                together += Environment.CpuUsage.TotalTime - before;
                state.Apply(record.Milliseconds, prepared.Dequeue());
            }
        });
        double proofs = together.TotalMicroseconds / history.Entries.Count;
        Console.WriteLine($"  of it, µs an entry: frame, signature and body {prepare:N1}, proofs {proofs:N1}, the rest {whole - proofs:N1}");
    }

    private static double Cost(FoldHistory history, Action work)
    {
        TimeSpan before = Environment.CpuUsage.TotalTime;
        work();
        return (Environment.CpuUsage.TotalTime - before).TotalMicroseconds / history.Entries.Count;
    }

    private static NetworkState OneByOne(FoldHistory history)
    {
        var state = new NetworkState(history.Genesis);
        foreach (var record in history.Entries) state.Apply(record.Milliseconds, PreparedEntry.Prepare(state.Network, record.Bytes));
        return state;
    }

    private static NetworkState Together(FoldHistory history)
    {
        var state = new NetworkState(history.Genesis);
        var waiting = new Queue<PreparedEntry>();
        int read = 0;
        foreach (var record in history.Entries)
        {
            for (; read < history.Entries.Count && waiting.Count < Waiting; read += Group) Enqueue(state, history, read, waiting);
            state.ForeseeTogether(waiting);
            state.Apply(record.Milliseconds, waiting.Dequeue());
        }
        return state;
    }

    // With the tree over all entries, and the next page prepared while one is folded.
    private static NetworkState CatchUp(FoldHistory history)
    {
        var view = new LedgerView(history.Genesis, new HistoryLedger(history));
        view.CatchUpAsync().GetAwaiter().GetResult();
        return view.State;
    }

    private static void Enqueue(NetworkState state, FoldHistory history, int start, Queue<PreparedEntry> queue)
    {
        ReadOnlyMemory<byte>[] group = [.. history.Entries.Skip(start).Take(Group).Select(record => (ReadOnlyMemory<byte>)record.Bytes)];
        foreach (PreparedEntry prepared in PreparedEntry.PrepareMany(state.Network, group)) queue.Enqueue(prepared);
    }
}
