using System.Runtime.CompilerServices;
using Errand.Ledger;
using Errand.Protocol.Tests;

namespace Errand.Client.Tests;

/// <summary>A ledger in a list, whose entries and times a test chooses. Each append takes the time of the last entry.</summary>
internal sealed class ListLedger : ILedger
{
    private readonly Lock _lock = new();
    private readonly List<LedgerEntry> _entries = [];
    private TaskCompletionSource _more = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public ListLedger(IEnumerable<TestRecord> history)
    {
        foreach (TestRecord record in history) _entries.Add(new LedgerEntry(_entries.Count, record.Milliseconds, record.Bytes));
    }

    /// <summary>Called before each append; may throw, or append something else first.</summary>
    public Action<ReadOnlyMemory<byte>>? OnAppend { get; set; }

    /// <summary>Asked with the position before each read; what it gives, the read throws.</summary>
    public Func<long, Exception?>? OnRead { get; set; }

    public void Add(long time, ReadOnlyMemory<byte> bytes)
    {
        lock (_lock)
        {
            _entries.Add(new LedgerEntry(_entries.Count, time, bytes));
            _more.SetResult();
            _more = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }

    public void Replace(int position, LedgerEntry entry)
    {
        lock (_lock) _entries[position] = entry;
    }

    public ValueTask<LedgerPosition> AppendAsync(ReadOnlyMemory<byte> entry, CancellationToken cancellation = default)
    {
        OnAppend?.Invoke(entry);
        lock (_lock)
        {
            long time = _entries[^1].TimeMilliseconds;
            Add(time, entry.ToArray());
            return new(new LedgerPosition(_entries.Count - 1, time));
        }
    }

    public ValueTask<IReadOnlyList<LedgerEntry>> ReadAsync(long fromPosition, int countMax, CancellationToken cancellation = default)
    {
        if (OnRead?.Invoke(fromPosition) is { } fault) return ValueTask.FromException<IReadOnlyList<LedgerEntry>>(fault);
        lock (_lock) return new([.. _entries.Skip((int)fromPosition).Take(countMax)]);
    }

    public async IAsyncEnumerable<LedgerEntry> FollowAsync(long fromPosition, [EnumeratorCancellation] CancellationToken cancellation = default)
    {
        for (int next = (int)fromPosition; ;)
        {
            LedgerEntry? entry;
            Task more;
            lock (_lock)
            {
                entry = next < _entries.Count ? _entries[next] : null;
                more = _more.Task;
            }
            if (entry is null)
            {
                await more.WaitAsync(cancellation);
                continue;
            }
            cancellation.ThrowIfCancellationRequested();
            yield return entry;
            next++;
        }
    }

    public ValueTask<long> CountAsync(CancellationToken cancellation = default)
    {
        lock (_lock) return new(_entries.Count);
    }
}
