using BenchmarkDotNet.Attributes;
using Errand.Ledger;

namespace Errand.Benchmarks;

/// <summary>Reading and opening a ledger of a million entries of 300 bytes: time per entry.</summary>
[LedgerJob(iterationCount: 3)]
public class LedgerReplayBenchmarks
{
    private const int Count = 1_000_000;
    private const int Producers = 500;

    private LedgerFixture _fixture = null!;
    private EmbeddedLedger _ledger = null!;

    [GlobalSetup]
    public async Task SetUp()
    {
        _fixture = new LedgerFixture();
        _ledger = await _fixture.OpenAsync();
        await LedgerFixture.AppendAsync(_ledger, Count, Producers);
    }

    [GlobalCleanup]
    public async Task CleanUp()
    {
        await _ledger.DisposeAsync();
        _fixture.Delete();
    }

    /// <summary>Every entry read in order, each checked against its leaf hash.</summary>
    [Benchmark(OperationsPerInvoke = Count)]
    public async Task<long> Replay()
    {
        long position = 0;
        while (await _ledger.ReadAsync(position, LedgerLimits.ReadCountMax) is { Count: > 0 } page) position += page.Count;
        return position;
    }

    /// <summary>The full check: SQLite's structure, every leaf, the whole tree, the signed checkpoint.</summary>
    [Benchmark(OperationsPerInvoke = Count)]
    public async Task Reopen()
    {
        await _ledger.DisposeAsync();
        _ledger = await _fixture.OpenAsync();
    }
}
