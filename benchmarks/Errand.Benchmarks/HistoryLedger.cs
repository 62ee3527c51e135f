using Errand.Ledger;

namespace Errand.Benchmarks;

/// <summary>A recorded history as a ledger in memory: reading it costs nothing.</summary>
internal sealed class HistoryLedger(FoldHistory history) : ILedger
{
    private readonly LedgerEntry[] _entries = [.. history.Entries.Select((record, i) => new LedgerEntry(i, record.Milliseconds, record.Bytes))];

    public ValueTask<LedgerPosition> AppendAsync(ReadOnlyMemory<byte> entry, CancellationToken cancellation = default) => throw new NotSupportedException("A history is over.");

    public ValueTask<IReadOnlyList<LedgerEntry>> ReadAsync(long fromPosition, int countMax, CancellationToken cancellation = default)
    {
        int from = (int)Math.Min(fromPosition, _entries.Length);
        return ValueTask.FromResult<IReadOnlyList<LedgerEntry>>(new ArraySegment<LedgerEntry>(_entries, from, Math.Min(countMax, _entries.Length - from)));
    }

    public IAsyncEnumerable<LedgerEntry> FollowAsync(long fromPosition, CancellationToken cancellation = default) => throw new NotSupportedException("A history is over.");

    public ValueTask<long> CountAsync(CancellationToken cancellation = default) => ValueTask.FromResult<long>(_entries.Length);
}
