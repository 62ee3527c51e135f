using Errand.Primitives;

namespace Errand.Node;

/// <summary>Which duties have been begun, and which of their entries the fold has not shown yet. Thread-safe, bounded.</summary>
internal sealed class DutyBook
{
    private const int RememberedMax = 8192;
    private readonly Lock _lock = new();
    private readonly HashSet<DutyId> _begun = [];
    private readonly Queue<DutyId> _order = new();
    private readonly Dictionary<EntryId, DutyId> _awaited = [];
    private readonly HashSet<EntryId> _early = [];
    private readonly HashSet<Task> _running = [];

    /// <summary>True the first time; the oldest are forgotten when there are too many.</summary>
    public bool TryBegin(DutyId id)
    {
        lock (_lock)
        {
            if (!_begun.Add(id)) return false;
            _order.Enqueue(id);
            if (_order.Count > RememberedMax) _begun.Remove(_order.Dequeue());
            return true;
        }
    }

    /// <summary>Lets a duty be begun again.</summary>
    public void Forget(DutyId id)
    {
        lock (_lock) _begun.Remove(id);
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

    /// <summary>Ties an entry to the duty it is for.</summary>
    public void AwaitOutcome(EntryId entry, DutyId duty)
    {
        lock (_lock)
        {
            // The fold may have seen the entry before its publisher comes here.
            if (!_early.Remove(entry)) _awaited[entry] = duty;
            else _begun.Remove(duty);
        }
    }

    /// <summary>Notes what the fold made of an own entry.</summary>
    public void NoteOutcome(EntryId entry, bool mayRetry)
    {
        lock (_lock)
        {
            if (_awaited.Remove(entry, out DutyId duty))
            {
                if (mayRetry) _begun.Remove(duty);
            }
            else if (mayRetry && _early.Count < RememberedMax)
            {
                _early.Add(entry);
            }
        }
    }

    /// <summary>Waits until every running duty has ended.</summary>
    public async Task DrainAsync()
    {
        Task[] running;
        lock (_lock) running = [.. _running];
        await Task.WhenAll(running).ConfigureAwait(false);
    }
}
