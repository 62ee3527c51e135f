using Errand.Primitives;

namespace Errand.Node;

/// <summary>Which duties have been begun, and which of their entries the fold has not shown yet. Thread-safe, bounded.</summary>
/// <remarks>A duty that was forgotten and begun again keeps its place: a failing one cannot push out the others.</remarks>
internal sealed class DutyBook
{
    private const int RememberedMax = 8192;
    private readonly Lock _lock = new();
    private readonly Dictionary<DutyId, bool> _begun = [];
    private readonly Queue<DutyId> _order = new();
    private readonly Dictionary<EntryId, DutyId> _awaited = [];
    private readonly HashSet<Task> _running = [];

    /// <summary>True the first time; the oldest are forgotten when there are too many.</summary>
    public bool TryBegin(DutyId id)
    {
        lock (_lock)
        {
            if (_begun.TryGetValue(id, out bool begun) && begun) return false;
            if (!_begun.ContainsKey(id)) _order.Enqueue(id);
            _begun[id] = true;
            if (_order.Count > RememberedMax) _begun.Remove(_order.Dequeue());
            return true;
        }
    }

    /// <summary>True when a duty has been begun and not forgotten.</summary>
    public bool IsBegun(DutyId id)
    {
        lock (_lock) return _begun.GetValueOrDefault(id);
    }

    /// <summary>Lets a duty be begun again.</summary>
    public void Forget(DutyId id)
    {
        lock (_lock) ForgetNeedsLock(id);
    }

    /// <summary>Keeps a running duty so that stopping can wait for it.</summary>
    public void Track(Task task)
    {
        lock (_lock)
        {
            _running.RemoveWhere(running => running.IsCompleted);
            _running.Add(task);
        }
    }

    /// <summary>Ties an entry to the duty it is for, before it is appended: the fold may show it before the append returns.</summary>
    public void AwaitOutcome(EntryId entry, DutyId duty)
    {
        lock (_lock)
        {
            _awaited[entry] = duty;
            // An append that failed leaves its entry here for good unless the ledger has it after all.
            if (_awaited.Count > RememberedMax) _awaited.Clear();
        }
    }

    /// <summary>Notes what the fold made of an own entry.</summary>
    public void NoteOutcome(EntryId entry, bool mayRetry)
    {
        lock (_lock)
        {
            if (_awaited.Remove(entry, out DutyId duty) && mayRetry) ForgetNeedsLock(duty);
        }
    }

    /// <summary>Waits until every running duty has ended.</summary>
    public async Task DrainAsync()
    {
        Task[] running;
        lock (_lock) running = [.. _running];
        await Task.WhenAll(running).ConfigureAwait(false);
    }

    private void ForgetNeedsLock(DutyId id)
    {
        if (_begun.ContainsKey(id)) _begun[id] = false;
    }
}
