using BenchmarkDotNet.Attributes;
using Errand.Ledger;

namespace Errand.Benchmarks;

/// <summary>Durable appends of 300 bytes to the embedded ledger: time per entry with so many waiting at once.</summary>
[LedgerJob(iterationCount: 5)]
public class LedgerAppendBenchmarks
{
    private const int Count = 4_096;

    private LedgerFixture _fixture = null!;
    private EmbeddedLedger _ledger = null!;

    [Params(1, 16, 256)]
    public int Producers { get; set; }

    [GlobalSetup]
    public async Task SetUp()
    {
        _fixture = new LedgerFixture();
        _ledger = await _fixture.OpenAsync();
    }

    [GlobalCleanup]
    public async Task CleanUp()
    {
        await _ledger.DisposeAsync();
        _fixture.Delete();
    }

    [Benchmark(OperationsPerInvoke = Count)]
    public Task Append() => LedgerFixture.AppendAsync(_ledger, Count, Producers);
}
