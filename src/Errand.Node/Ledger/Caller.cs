using Errand.Client;
using Errand.Primitives;

namespace Errand.Node;

/// <summary>One key that appends: what it has used of its quota, and what became of its recent requests. Guarded by <see cref="CallerGate"/>.</summary>
internal sealed class Caller(LedgerQuota quota, TimeProvider time)
{
    private const int RecentMax = 2_048;

    private readonly Dictionary<ulong, (Bytes32 Digest, Task<LedgerPromiseOutcome> Outcome)> _recent = [];
    private readonly PriorityQueue<ulong, ulong> _order = new();
    private readonly TokenBucket _entries = new(quota.EntriesPerSecond, quota.EntriesBurst, time);
    private readonly TokenBucket _bytes = new(quota.BytesPerSecond, quota.BytesBurst, time);

    /// <summary>Numbers up to this one are no longer known, and are refused.</summary>
    internal ulong Floor { get; private set; }

    /// <summary>True when it has been quiet and waits for nothing.</summary>
    internal bool IsIdle => _entries.IsFull() && _bytes.IsFull() && _recent.Values.All(request => request.Outcome.IsCompleted);

    /// <summary>The highest number it has used.</summary>
    internal ulong Highest { get; private set; }

    /// <summary>How many requests it remembers.</summary>
    internal int Remembered => _recent.Count;

    internal void StartAbove(ulong floor) => Floor = Math.Max(Floor, floor);

    /// <summary>What has become of a number: null when it is new.</summary>
    internal Task<LedgerPromiseOutcome>? Find(ulong number, Bytes32 digest, out bool isOther)
    {
        isOther = false;
        if (!_recent.TryGetValue(number, out (Bytes32 Digest, Task<LedgerPromiseOutcome> Outcome) known)) return null;
        isOther = known.Digest != digest;
        return known.Outcome;
    }

    internal bool TrySpend(int sizeBytes) => _entries.TryTake(1) && _bytes.TryTake(sizeBytes);

    /// <summary>Takes a new request; false when too many are remembered that still run.</summary>
    internal bool TryRemember(ulong number, Bytes32 digest, Task<LedgerPromiseOutcome> outcome)
    {
        if (_recent.Count >= RecentMax)
        {
            // The lowest goes, and with it every number below: none of them can come back as a new request.
            ulong lowest = _order.Peek();
            if (!_recent[lowest].Outcome.IsCompleted) return false;
            _order.Dequeue();
            _recent.Remove(lowest);
            Floor = Math.Max(Floor, lowest);
        }
        _recent.Add(number, (digest, outcome));
        _order.Enqueue(number, number);
        Highest = Math.Max(Highest, number);
        return true;
    }
}
