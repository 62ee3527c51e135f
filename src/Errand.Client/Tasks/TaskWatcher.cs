using Errand.Protocol;
using Errand.Primitives;

namespace Errand.Client;

/// <summary>Tells what each entry did to one task, by comparing the state before and after it.</summary>
/// <remarks>Pure. Look at every entry from the ledger's first on.</remarks>
public sealed class TaskWatcher(TaskId id)
{
    private int _steps;
    private int _attemptsFailed;
    private (int Attempt, int Round) _round;

    /// <summary>The events of an entry that has just been folded, in their order.</summary>
    public IReadOnlyList<TaskEvent> Look(NetworkState state, FoldedEntry folded)
    {
        ArgumentNullException.ThrowIfNull(state);
        ArgumentNullException.ThrowIfNull(folded);
        if (!state.Tasks.TryGetValue(id, out TaskState? task)) return [];
        var events = new List<TaskEvent>();
        long position = folded.Entry.Position;
        TaskEvent? own = folded.Result.Applied ? OfEntry(state, task, folded.Result.Entry, position) : null;

        // Deadlines fire before the entry, each at its own time; what the entry itself brings about comes after it.
        AddSteps(events, task, position, own is null ? long.MaxValue : own.AtMilliseconds);
        if (own is not null) events.Add(own);
        AddSteps(events, task, position, long.MaxValue);
        return events;
    }

    private void AddSteps(List<TaskEvent> events, TaskState task, long position, long before)
    {
        for (; _steps < task.Steps.Count && task.Steps[_steps].AtMilliseconds < before; _steps++)
        {
            TaskStep step = task.Steps[_steps];
            AddFailures(events, task, position, step);
            events.Add(step.Phase == TaskPhase.Ended
                ? new TaskEvent { Kind = TaskEventKind.Ended, AtMilliseconds = step.AtMilliseconds, Position = position, Phase = step.Phase, Attempt = step.Attempt, Outcome = task.Outcome, Reason = task.Reason }
                : new TaskEvent
                {
                    Kind = TaskEventKind.Phase,
                    AtMilliseconds = step.AtMilliseconds,
                    Position = position,
                    Phase = step.Phase,
                    Attempt = step.Attempt,
                    Who = step.Attempt > 0 ? task.Attempts[step.Attempt - 1].Executor : null,
                });
        }
        if (task.Attempt?.Current is not { } ballot || (task.Attempt.Number, ballot.Round) == _round || ballot.OpenedMilliseconds >= before) return;
        _round = (task.Attempt.Number, ballot.Round);
        events.Add(WithVotes(new TaskEvent { Kind = TaskEventKind.Round, AtMilliseconds = ballot.OpenedMilliseconds, Position = position, Phase = TaskPhase.Verifying, Attempt = task.Attempt.Number }, ballot));
    }

    private void AddFailures(List<TaskEvent> events, TaskState task, long position, TaskStep next)
    {
        for (; _attemptsFailed < task.Attempts.Count && task.Attempts[_attemptsFailed] is { Failure: not TaskReason.None } failed; _attemptsFailed++)
        {
            // The attempt that runs may fail later only; its failure belongs to a step that is not this one.
            if (failed.Number == next.Attempt && next.Phase != TaskPhase.Ended) return;
            events.Add(new TaskEvent { Kind = TaskEventKind.AttemptFailed, AtMilliseconds = next.AtMilliseconds, Position = position, Phase = next.Phase, Attempt = failed.Number, Who = failed.Executor, Reason = failed.Failure });
        }
    }

    private TaskEvent? OfEntry(NetworkState state, TaskState task, PreparedEntry entry, long position)
    {
        var basis = new TaskEvent { Kind = TaskEventKind.Phase, AtMilliseconds = state.Clock.Milliseconds, Position = position, Phase = task.Phase, Who = entry.Signer };
        return entry.Body switch
        {
            AcceptEntry accept when accept.Task == id => basis with { Kind = TaskEventKind.Accepted, Asset = accept.Asset },
            DenyEntry deny when deny.Task == id => basis with { Kind = TaskEventKind.Denied, Asset = deny.Asset, Deny = deny.Reason },
            ClaimEntry claim when claim.Task == id => basis with { Kind = TaskEventKind.Claimed, Operator = state.Nodes[entry.Signer].Operator },
            EvidenceEntry evidence when evidence.Task == id => basis with { Kind = TaskEventKind.Evidence, Attempt = evidence.Attempt },
            VerdictEntry { Role: CommitteeRole.Task } verdict when verdict.CaseId == id.Value => WithVotes(
                basis with
                {
                    Kind = TaskEventKind.Verdict,
                    Attempt = verdict.Attempt,
                    Operator = state.Nodes[entry.Signer].Operator,
                    Accept = verdict.Accept,
                    VerdictReasons = verdict.Reasons,
                },
                task.Attempts[verdict.Attempt - 1].Rounds[verdict.Round - 1]),
            ReleaseEntry release when release.Task == id => basis with { Kind = TaskEventKind.Released, Attempt = release.Attempt, Asset = release.Asset },
            ReceiptEntry receipt when receipt.Task == id => basis with
            {
                Kind = TaskEventKind.Receipt,
                Attempt = receipt.Attempt,
                Run = Receipt.TryOpen(receipt.Receipt.Span, state.Network, task.Attempts[receipt.Attempt - 1].ReceiptKey)?.Outcome,
            },
            _ => null,
        };
    }

    private static TaskEvent WithVotes(TaskEvent basis, Ballot ballot) => basis with
    {
        Round = ballot.Round,
        Accepts = ballot.Accepts,
        Rejects = ballot.Rejects,
        AcceptsNeeded = ballot.AcceptsNeeded,
        RejectsNeeded = ballot.RejectsNeeded,
    };
}
