using System.Runtime.CompilerServices;
using Errand.Ledger;

namespace Errand.Node.Tests;

/// <summary>A ledger of entries that were recorded elsewhere. What is appended is kept apart and never shown.</summary>
internal sealed class RecordedLedger(IEnumerable<LedgerEntry> entries) : ILedger
{
    private readonly LedgerEntry[] _entries = [.. entries];

    public IReadOnlyList<LedgerEntry> Entries => _entries;

    /// <summary>The first so many entries.</summary>
    public RecordedLedger Take(int count) => new(_entries.Take(count));

    /// <summary>With entries that are none until there are so many.</summary>
    public RecordedLedger PaddedTo(int count) => new(
        _entries.Concat(Enumerable.Range(_entries.Length, Math.Max(0, count - _entries.Length)).Select(position => new LedgerEntry(position, _entries[^1].TimeMilliseconds, BitConverter.GetBytes(position)))));

    /// <summary>With another entry at a position.</summary>
    public RecordedLedger With(int position, byte[] bytes) => new(_entries.Select(entry => entry.Position == position ? entry with { Bytes = bytes } : entry));

    public ValueTask<LedgerPosition> AppendAsync(ReadOnlyMemory<byte> entry, CancellationToken cancellation = default) => ValueTask.FromResult(new LedgerPosition(_entries.Length, 0));

    public ValueTask<IReadOnlyList<LedgerEntry>> ReadAsync(long fromPosition, int countMax, CancellationToken cancellation = default) =>
        ValueTask.FromResult<IReadOnlyList<LedgerEntry>>([.. _entries.Skip((int)fromPosition).Take(countMax)]);

    public async IAsyncEnumerable<LedgerEntry> FollowAsync(long fromPosition, [EnumeratorCancellation] CancellationToken cancellation = default)
    {
        foreach (LedgerEntry entry in _entries.Skip((int)fromPosition)) yield return entry;
        await Task.Delay(Timeout.InfiniteTimeSpan, cancellation);
    }

    public ValueTask<long> CountAsync(CancellationToken cancellation = default) => ValueTask.FromResult<long>(_entries.Length);
}
