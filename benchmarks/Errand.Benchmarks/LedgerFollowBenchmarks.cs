using BenchmarkDotNet.Attributes;
using Errand.Ledger;

namespace Errand.Benchmarks;

/// <summary>From the call of an append to the entry in a follower's hands, and, for comparison, to the acknowledgement alone.</summary>
[LedgerJob(iterationCount: 5)]
public class LedgerFollowBenchmarks
{
    private const int Count = 1_000;

    private LedgerFixture _fixture = null!;
    private EmbeddedLedger _ledger = null!;
    private IAsyncEnumerator<LedgerEntry> _follower = null!;

    [GlobalSetup]
    public async Task SetUp()
    {
        _fixture = new LedgerFixture();
        _ledger = await _fixture.OpenAsync();
        _follower = _ledger.FollowAsync(0).GetAsyncEnumerator();
    }

    [GlobalCleanup]
    public async Task CleanUp()
    {
        await _ledger.DisposeAsync();
        _fixture.Delete();
    }

    [Benchmark(OperationsPerInvoke = Count)]
    public async Task AppendAndFollow()
    {
        for (int i = 0; i < Count; i++)
        {
            ValueTask<bool> arrival = _follower.MoveNextAsync();
            ValueTask<LedgerPosition> append = _ledger.AppendAsync(LedgerFixture.Entry);
            await arrival;
            await append;
        }
    }

    [Benchmark(Baseline = true, OperationsPerInvoke = Count)]
    public async Task Append()
    {
        for (int i = 0; i < Count; i++) await _ledger.AppendAsync(LedgerFixture.Entry);
        // The follower keeps up outside of what is compared per entry.
        long count = await _ledger.CountAsync();
        while (await _follower.MoveNextAsync() && _follower.Current.Position < count - 1) { }
    }
}
