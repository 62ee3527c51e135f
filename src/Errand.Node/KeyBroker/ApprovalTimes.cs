using Errand.Primitives;
using Errand.Protocol;

namespace Errand.Node;

/// <summary>
/// The ledger's time of each approval of an open task. Network time will not do: after an outage it lags behind the clock by up to
/// days, and every fresh approval would look old.
/// </summary>
internal sealed class ApprovalTimes
{
    private readonly Dictionary<(TaskId Task, int Attempt), long> _times = [];

    /// <summary>Takes note of an entry that applied.</summary>
    public void Note(NetworkState state, long ledgerMilliseconds, ApplyResult result)
    {
        if (result.Entry.Body is VerdictEntry { Role: CommitteeRole.Task } verdict && state.Tasks[new TaskId(verdict.CaseId)] is var task
            && task.Phase == TaskPhase.Releasing && task.Attempt is { } attempt) _times.TryAdd((task.Id, attempt.Number), ledgerMilliseconds);
        if (_times.Count == 0) return;
        // Entries that are refused advance the clock too: meanwhile the state may have forgotten a task.
        foreach ((TaskId Task, int Attempt) key in _times.Keys.Where(key => !state.IsOpen(key.Task)).ToArray()) _times.Remove(key);
    }

    /// <summary>When an attempt was approved, in milliseconds since 1970.</summary>
    /// <exception cref="KeyNotFoundException">It was not, or its task has ended.</exception>
    public long LedgerTimeOf(TaskId task, int attempt) => _times[(task, attempt)];
}
