using System.Diagnostics;
using System.Globalization;
using Errand.Ledger;
using Errand.Protocol;

namespace Errand.Benchmarks;

/// <summary>A long history: how fast it grows, is replayed, and reaches others; alone, and served under five of seven witnesses.</summary>
internal static class LedgerRunner
{
    private const int Samples = 2_000, Signed = 10_000;

    /// <param name="arguments">Entries of the history; a million unless given.</param>
    public static async Task<int> RunAsync(string[] arguments)
    {
        int count = arguments.Length > 0 ? int.Parse(arguments[0], CultureInfo.InvariantCulture) : 1_000_000;
        await EmbeddedAsync(count);
        Signatures();
        await ServedAsync();
        return 0;
    }

    private static async Task EmbeddedAsync(int count)
    {
        var fixture = new LedgerFixture();
        try
        {
            await using (EmbeddedLedger ledger = await fixture.OpenAsync())
            {
                await LedgerFixture.AppendAsync(ledger, 1_000, 1);
                Rate("durable appends, one at a time", Samples, await TimeAsync(() => LedgerFixture.AppendAsync(ledger, Samples, 1)));
                Rate("durable appends, 512 producers", count, await TimeAsync(() => LedgerFixture.AppendAsync(ledger, count, 512)));
                Latency("append to follower, in process", await FollowAsync(ledger, ledger, Samples));
            }
            EmbeddedLedger opened = null!;
            TimeSpan opening = await TimeAsync(async () => opened = await fixture.OpenAsync());
            await using (opened)
            {
                long entries = await opened.CountAsync();
                Rate("open: every entry, leaf, node and the checkpoint checked", entries, opening);
                Rate("replay, each entry hashed again", entries, await TimeAsync(() => ReplayAsync(opened)));
            }
        }
        finally
        {
            fixture.Delete();
        }
    }

    // What a node needs beyond reading: frames and signatures. A snapshot saves all of it.
    private static void Signatures()
    {
        FoldHistory history = FoldHistory.RecordAssets(Signed);
        var state = new NetworkState(history.Genesis);
        var watch = Stopwatch.StartNew();
        foreach (var record in history.Entries) state.Apply(record.Milliseconds, PreparedEntry.Prepare(state.Network, record.Bytes));
        Rate("replay with signatures and fold, one thread", history.Entries.Count, watch.Elapsed);
        using var snapshot = new MemoryStream();
        state.Save(snapshot);
        snapshot.Position = 0;
        watch.Restart();
        SnapshotError error = NetworkState.TryLoad(history.Genesis, snapshot, state.Root(), out NetworkState? loaded);
        Rate($"the same from a snapshot of {snapshot.Length / 1024:N0} KiB, every record hashed", history.Entries.Count, watch.Elapsed);
        if (loaded?.Root() != state.Root()) throw new InvalidOperationException($"The snapshot was not taken: {error}.");
    }

    private static async Task ServedAsync()
    {
        await using ServedFixture served = await ServedFixture.StartAsync(witnesses: 7);
        using Client.ServedLedger ledger = served.Connect();
        await LedgerFixture.AppendAsync(ledger, 200, 1);
        Latency("served: append to final, verified by the caller", await LatenciesAsync(Samples / 4, () => ledger.AppendAsync(LedgerFixture.Entry).AsTask()));
        Rate("served: appends to final, 256 producers", 20_000, await TimeAsync(() => LedgerFixture.AppendAsync(ledger, 20_000, 256)));
        using Client.ServedLedger reader = served.Connect();
        Latency("served: durable append to a follower over HTTP, final and verified", await FollowAsync(served.Host.Ledger, reader, Samples / 4));
        Latency("checkpoint to quorum, 5 of 7", await QuorumAsync(served, Samples / 4));
        Rate("served: replay over HTTP, every page verified", await ledger.CountAsync(), await TimeAsync(() => ReplayAsync(reader)));
    }

    private static async Task<List<double>> QuorumAsync(ServedFixture served, int samples)
    {
        var latencies = new List<double>(samples);
        for (int i = 0; i < samples; i++)
        {
            long size = (await served.Host.Ledger.AppendAsync(LedgerFixture.Entry)).Position + 1;
            await served.Host.Ledger.WaitForCheckpointAsync(size);
            long began = Stopwatch.GetTimestamp();
            await served.Host.Board.WaitAboveAsync(size - 1, CancellationToken.None);
            latencies.Add(Stopwatch.GetElapsedTime(began).TotalMilliseconds);
        }
        return latencies;
    }

    private static async Task<List<double>> FollowAsync(EmbeddedLedger log, ILedger reader, int samples)
    {
        await using IAsyncEnumerator<LedgerEntry> follower = reader.FollowAsync(await log.CountAsync()).GetAsyncEnumerator();
        return await LatenciesAsync(samples, async () =>
        {
            ValueTask<bool> arrival = follower.MoveNextAsync();
            await log.AppendAsync(LedgerFixture.Entry);
            await arrival;
        });
    }

    private static async Task ReplayAsync(ILedger ledger)
    {
        long position = 0;
        while (await ledger.ReadAsync(position, LedgerLimits.ReadCountMax) is { Count: > 0 } page) position += page.Count;
    }

    private static async Task<List<double>> LatenciesAsync(int samples, Func<Task> act)
    {
        var latencies = new List<double>(samples);
        for (int i = 0; i < samples; i++)
        {
            long began = Stopwatch.GetTimestamp();
            await act();
            latencies.Add(Stopwatch.GetElapsedTime(began).TotalMilliseconds);
        }
        return latencies;
    }

    private static async Task<TimeSpan> TimeAsync(Func<Task> act)
    {
        var watch = Stopwatch.StartNew();
        await act();
        return watch.Elapsed;
    }

    private static void Rate(string what, long count, TimeSpan took) => Console.WriteLine($"{what,-72} {count / took.TotalSeconds,12:N0} /s   ({count:N0} in {took.TotalSeconds:N2} s)");

    private static void Latency(string what, List<double> milliseconds)
    {
        milliseconds.Sort();
        Console.WriteLine($"{what,-72} median {milliseconds[milliseconds.Count / 2],7:N3} ms   p99 {milliseconds[milliseconds.Count * 99 / 100],7:N3} ms");
    }
}
