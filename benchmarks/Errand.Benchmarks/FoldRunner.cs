using System.Diagnostics;
using Errand.Protocol;

namespace Errand.Benchmarks;

/// <summary>Folds a recorded history and prints entries per second, signatures and VRF proofs included.</summary>
internal static class FoldRunner
{
    private const int Batch = 512;
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
            Measure("one thread", history, OneThread);
            Measure("prepared ahead on two threads", history, PreparedAhead);
            Measure("one thread, proofs verified together", history, Together);
            Measure("prepared and foreseen, two threads", history, (all, state) => new FoldPipeline(all, state).Run());
            Measure("prepared ahead, proofs together", history, AheadTogether);
            Measure("one thread, all together", history, AllTogether);
            Measure("signatures only, two threads", assets, PreparedAhead);
            MeasureParts(history);
        }
        return 0;
    }

    private static void Measure(string name, FoldHistory history, Action<FoldHistory, NetworkState> fold)
    {
        var state = new NetworkState(history.Genesis);
        TimeSpan before = Environment.CpuUsage.TotalTime;
        var watch = Stopwatch.StartNew();
        fold(history, state);
        watch.Stop();
        TimeSpan used = Environment.CpuUsage.TotalTime - before;
        if (state.Root() != history.Root) throw new InvalidOperationException($"{name}: another state root.");
        Console.WriteLine($"{name,-40} {history.Entries.Count / watch.Elapsed.TotalSeconds,10:N0} entries/s  {used.TotalMicroseconds / history.Entries.Count,6:N1} µs of processor time an entry");
    }

    // Where the time of one thread goes; the same work as "one thread, proofs verified together".
    private static void MeasureParts(FoldHistory history)
    {
        var state = new NetworkState(history.Genesis);
        var prepared = new Queue<PreparedEntry>(history.Entries.Count);
        double prepare = Cost(history, () =>
        {
            foreach (var record in history.Entries) prepared.Enqueue(PreparedEntry.Prepare(state.Network, record.Bytes));
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

    private static void OneThread(FoldHistory history, NetworkState state)
    {
        foreach (var record in history.Entries) state.Apply(record.Milliseconds, PreparedEntry.Prepare(state.Network, record.Bytes));
    }

    // As a service folds what waits for it: see LedgerService.
    private static void Together(FoldHistory history, NetworkState state)
    {
        var waiting = new Queue<PreparedEntry>();
        int read = 0;
        foreach (var record in history.Entries)
        {
            for (; read < history.Entries.Count && waiting.Count < 192; read++) waiting.Enqueue(PreparedEntry.Prepare(state.Network, history.Entries[read].Bytes));
            state.ForeseeTogether(waiting);
            state.Apply(record.Milliseconds, waiting.Dequeue());
        }
    }

    private static void PreparedAhead(FoldHistory history, NetworkState state)
    {
        Task<PreparedEntry[]> next = Prepare(history, state, 0);
        for (int start = 0; start < history.Entries.Count; start += Batch)
        {
            PreparedEntry[] batch = next.Result;
            next = Prepare(history, state, start + Batch);
            for (int i = 0; i < batch.Length; i++) state.Apply(history.Entries[start + i].Milliseconds, batch[i]);
        }
    }

    private static void AllTogether(FoldHistory history, NetworkState state)
    {
        var waiting = new Queue<PreparedEntry>();
        int read = 0;
        var memories = history.Entries.Select(e => (ReadOnlyMemory<byte>)e.Bytes).ToArray();
        foreach (var record in history.Entries)
        {
            for (; read < history.Entries.Count && waiting.Count < 192; read += 8)
                foreach (var p in PreparedEntry.PrepareMany(state.Network, memories.AsSpan(read, Math.Min(8, memories.Length - read)))) waiting.Enqueue(p);
            state.ForeseeTogether(waiting);
            state.Apply(record.Milliseconds, waiting.Dequeue());
        }
    }

    private static void AheadTogether(FoldHistory history, NetworkState state)
    {
        var memories = history.Entries.Select(e => (ReadOnlyMemory<byte>)e.Bytes).ToArray();
        using var ready = new System.Collections.Concurrent.BlockingCollection<PreparedEntry[]>(100);
        Task t = Task.Run(() => { for (int i = 0; i < memories.Length; i += 8) ready.Add(PreparedEntry.PrepareMany(state.Network, memories.AsSpan(i, Math.Min(8, memories.Length - i)))); ready.CompleteAdding(); });
        var waiting = new Queue<PreparedEntry>();
        foreach (var record in history.Entries)
        {
            while (waiting.Count < 192 && ready.TryTake(out var batch)) foreach (var p in batch) waiting.Enqueue(p);
            while (waiting.Count == 0) if (ready.TryTake(out var batch, 100)) foreach (var p in batch) waiting.Enqueue(p);
            state.ForeseeTogether(waiting);
            state.Apply(record.Milliseconds, waiting.Dequeue());
        }
    }

    private static Task<PreparedEntry[]> Prepare(FoldHistory history, NetworkState state, int start) => Task.Run(() =>
    {
        var batch = new PreparedEntry[Math.Max(0, Math.Min(Batch, history.Entries.Count - start))];
        Parallel.For(0, batch.Length, new ParallelOptions { MaxDegreeOfParallelism = 2 }, i => batch[i] = PreparedEntry.Prepare(state.Network, history.Entries[start + i].Bytes));
        return batch;
    });
}
