using Errand.Cryptography;
using Errand.Primitives;

namespace Errand.Protocol;

/// <summary>Attempts of a task (docs/protocol.md sections 6.5 to 6.13): evidence, release, receipt, and what happens when time runs out.</summary>
public sealed partial class NetworkState
{
    private void OpenAttempt(TaskState task, long at)
    {
        task.AttemptList.Add(new AttemptState(task.Attempts.Count + 1, task.Tickets.ElementAt(task.Attempts.Count).Executor));
        task.Rescue |= _nodes[task.Attempt!.Executor].ProvenInRescue;
        EnterPhase(task, TaskPhase.Attesting, at, at + task.Terms.Times.EvidenceMilliseconds);
    }

    private void FailAttempt(TaskState task, TaskReason reason, long at)
    {
        AttemptState attempt = task.Attempt!;
        attempt.Failure = reason;
        // A round still open must never decide about what comes after this attempt.
        attempt.Current?.Expire();
        NodeState executor = _nodes[attempt.Executor];
        if (reason is not (TaskReason.NoQuorum or TaskReason.ResultUnavailable)) Pause(executor, task.Terms.Times.PauseEpochs);
        // What a quorum has found of a machine holds for its Proof of Trust too (section 6.1.5).
        if (reason == TaskReason.Rejected && executor.IsActive) LoseProof(executor); // R-6.1.5.4
        _records.Touch(task);
        if (task.Attempts.Count < Math.Min(task.Terms.Committee.Attempts, task.Tickets.Count)) OpenAttempt(task, at);
        else EndTask(task, TaskOutcome.Failed, reason is TaskReason.ExecutorTimeout or TaskReason.Abandoned ? TaskReason.NoExecutor : reason, at);
    }

    private RefusalReason Apply(AbandonEntry abandon, EntryContext context)
    {
        if (!_tasks.TryGetValue(abandon.Task, out TaskState? task)) return RefusalReason.UnknownTask;
        RefusalReason closed = CheckAttempt(task, abandon.Attempt);
        if (closed != RefusalReason.None) return closed;
        if (context.Signer != task.Attempt!.Executor) return RefusalReason.NotTheExecutor;
        if (task.Phase > TaskPhase.Running) return RefusalReason.Late;

        FailAttempt(task, TaskReason.Abandoned, context.Now);
        return RefusalReason.None;
    }

    private RefusalReason Apply(EvidenceEntry evidence, EntryContext context)
    {
        if (!_tasks.TryGetValue(evidence.Task, out TaskState? task)) return RefusalReason.UnknownTask;
        RefusalReason closed = CheckAttempt(task, evidence.Attempt);
        if (closed != RefusalReason.None) return closed;
        if (context.Signer != task.Attempt!.Executor) return RefusalReason.NotTheExecutor;
        if (task.Attempt.EvidencePosition >= 0) return RefusalReason.EvidenceExists;
        if (!_nodes[context.Signer].IsActive) return RefusalReason.Disqualified;

        AttemptState attempt = task.Attempt;
        attempt.EvidencePosition = context.Position;
        attempt.EvidenceEntry = context.Id;
        attempt.EvidenceDigest = evidence.Digest;
        attempt.ReceiptKey = evidence.ReceiptKey;
        OpenTaskRound(task, context.Now);
        return RefusalReason.None;
    }

    private void OpenTaskRound(TaskState task, long at)
    {
        List<Ballot> rounds = task.Attempt!.RoundList;
        rounds.Add(new Ballot(rounds.Count + 1, Lottery.Seats(task.Weight, task.Terms.Committee.Size), at));
        if (rounds.Count == 1) EnterPhase(task, TaskPhase.Verifying, at, at + task.Terms.Times.RoundMilliseconds);
        else SetPhaseDeadline(task, at + task.Terms.Times.RoundMilliseconds);
    }

    private RefusalReason Apply(ReleaseEntry release, EntryContext context)
    {
        if (!_tasks.TryGetValue(release.Task, out TaskState? task)) return RefusalReason.UnknownTask;
        RefusalReason closed = CheckAttempt(task, release.Attempt);
        if (closed != RefusalReason.None) return closed;
        if (!ReleaseOrder(task).Any(group => group.Contains(release.Asset)) || _assets[release.Asset].Owner != context.Signer) return RefusalReason.NotOwner;
        AttemptState attempt = task.Attempt!;
        if (attempt.ReleaseMap.ContainsKey(release.Asset)) return RefusalReason.AlreadyReleased;
        if (task.Phase < TaskPhase.Releasing) return RefusalReason.TooEarly;
        if (task.Phase > TaskPhase.Releasing) return RefusalReason.Late;
        if (!MayRelease(task, release.Asset)) return RefusalReason.ReleaseOrder;
        AssetState asset = _assets[release.Asset];
        if (!HasReleaseLeft(task, asset)) return RefusalReason.ReleaseBudget;

        CountRelease(task, asset);
        attempt.ReleaseMap.Add(release.Asset, release.SealedKeyDigest);
        _records.Touch(task);
        if (ReleaseOrder(task).All(group => group.All(attempt.ReleaseMap.ContainsKey)))
            EnterPhase(task, TaskPhase.Running, context.Now, context.Now + task.Terms.Times.RunMilliseconds);
        return RefusalReason.None;
    }

    /// <summary>True when everyone who releases before this asset's owner has done so.</summary>
    public static bool MayRelease(TaskState task, AssetId asset) =>
        ReleaseOrder(task).TakeWhile(group => !group.Contains(asset)).All(group => group.All(task.Attempt!.Releases.ContainsKey));

    /// <summary>Assets in the order of release: the app, then secret arguments, then data.</summary>
    public static IEnumerable<AssetId[]> ReleaseOrder(TaskState task)
    {
        yield return [task.Submit.App];
        if (task.Submit.SecretArguments is { } secret) yield return [secret];
        yield return [.. task.Submit.Data.Select(data => data.Asset)];
    }

    private RefusalReason Apply(ReceiptEntry entry, EntryContext context)
    {
        if (!_tasks.TryGetValue(entry.Task, out TaskState? task)) return RefusalReason.UnknownTask;
        RefusalReason closed = CheckAttempt(task, entry.Attempt);
        if (closed != RefusalReason.None) return closed;
        AttemptState attempt = task.Attempt!;
        if (context.Signer != attempt.Executor) return RefusalReason.NotTheExecutor;
        if (task.Phase < TaskPhase.Running) return RefusalReason.TooEarly;
        if (task.Phase > TaskPhase.Running) return RefusalReason.Late;
        if (Receipt.TryOpen(entry.Receipt.Span, Network, attempt.ReceiptKey) is not { } receipt) return RefusalReason.ReceiptSignature;
        if (receipt.Task != task.Id || receipt.Attempt != attempt.Number || receipt.EvidenceDigest != attempt.EvidenceDigest) return RefusalReason.ReceiptMismatch;
        bool inline = !entry.InlineResult.IsEmpty;
        if (inline && (receipt.ResultSizeBytes != entry.InlineResult.Length || !IsContent(entry.InlineResult, receipt.Result))) return RefusalReason.ResultMismatch;

        task.ReceiptPosition = context.Position;
        if (inline) EndTask(task, TaskOutcome.Completed, TaskReason.None, context.Now);
        else EnterPhase(task, TaskPhase.Serving, context.Now, context.Now + task.Terms.Times.ServeMilliseconds);
        return RefusalReason.None;
    }

    private static RefusalReason CheckAttempt(TaskState task, int number)
    {
        if (task.Phase == TaskPhase.Ended) return RefusalReason.Late;
        if (number < 1) return RefusalReason.AttemptClosed;
        if (number > task.Attempts.Count) return RefusalReason.TooEarly;
        return number < task.Attempts.Count ? RefusalReason.AttemptClosed : RefusalReason.None;
    }

    private void OnTaskPhaseOver(TaskState task, long due)
    {
        switch (task.Phase)
        {
            case TaskPhase.Accepting:
                EndTask(task, TaskOutcome.Expired, TaskReason.AcceptTimeout, due);
                break;
            case TaskPhase.Drawing:
                OnDrawDue(task, due);
                break;
            case TaskPhase.Claiming:
                OnClaimWindowOver(task, due);
                break;
            case TaskPhase.Attesting:
                FailAttempt(task, TaskReason.ExecutorTimeout, due);
                break;
            case TaskPhase.Verifying:
                task.Attempt!.Current!.Expire();
                if (task.Attempt.Rounds.Count < task.Terms.Committee.Rounds) OpenTaskRound(task, due);
                else FailAttempt(task, TaskReason.NoQuorum, due);
                break;
            case TaskPhase.Releasing:
                WithholdRelease(task, due);
                break;
            case TaskPhase.Running:
                FailAttempt(task, TaskReason.RunTimeout, due);
                break;
            case TaskPhase.Serving:
                EndTask(task, TaskOutcome.Completed, TaskReason.None, due);
                break;
            default:
                throw new InvalidOperationException($"No phase deadline can fire in phase {task.Phase}.");
        }
        _records.Touch(task);
    }

    // An owner that does not release ends the task: a second attempt would only give it another draw to choose from.
    private void WithholdRelease(TaskState task, long due)
    {
        task.Attempt!.Failure = TaskReason.OwnerWithheld;
        foreach (AssetId id in ReleaseOrder(task).First(group => !group.All(task.Attempt.ReleaseMap.ContainsKey)))
        {
            if (task.Attempt.ReleaseMap.ContainsKey(id)) continue;
            AssetState asset = _assets[id];
            asset.Withheld++;
            _records.Touch(asset);
        }
        EndTask(task, TaskOutcome.Failed, TaskReason.OwnerWithheld, due);
    }

    private void OnTaskExpired(TaskState task, long due)
    {
        // A receipt that is in counts: only the serving window is cut short.
        if (task.Phase == TaskPhase.Serving) EndTask(task, TaskOutcome.Completed, TaskReason.None, due);
        else EndTask(task, TaskOutcome.Expired, TaskReason.DeadlinePassed, due);
    }

    private void EndTask(TaskState task, TaskOutcome outcome, TaskReason reason, long at)
    {
        _deadlines.Remove(new Deadline(task.Submit.DeadlineMilliseconds, DeadlineKind.TaskExpiry, task.Id.Value));
        _openTasks.Remove(task.Id);
        GiveBackRoom(_openTasks);
        ReleaseTerms(task.Terms);
        task.DropTerms();
        task.Outcome = outcome;
        task.Reason = reason;
        EnterPhase(task, TaskPhase.Ended, at, due: null);
        _deadlines.Add(new Deadline(ForgottenMilliseconds(task), DeadlineKind.TaskForgotten, task.Id.Value));
    }

    // Section 6.12: the ledger keeps what has been; the state keeps what may still matter.
    private static long ForgottenMilliseconds(TaskState task) => task.Steps[^1].AtMilliseconds + ProtocolLimits.EndedTaskKeptMilliseconds;

    private void ForgetTask(TaskState task)
    {
        _tasks.Remove(task.Id);
        GiveBackRoom(_tasks);
        _records.Remove(task);
    }

    private void EnterPhase(TaskState task, TaskPhase phase, long at, long? due)
    {
        task.Phase = phase;
        task.StepList.Add(new TaskStep(phase, task.Attempts.Count, at));
        SetPhaseDeadline(task, due);
    }

    private void SetPhaseDeadline(TaskState task, long? due)
    {
        _deadlines.Remove(new Deadline(task.PhaseDueMilliseconds, DeadlineKind.TaskPhase, task.Id.Value));
        task.PhaseDueMilliseconds = due ?? 0;
        if (due is { } at) _deadlines.Add(new Deadline(at, DeadlineKind.TaskPhase, task.Id.Value));
        _records.Touch(task);
    }

    private static bool IsContent(ReadOnlyMemory<byte> sealedFile, ContentId expected)
    {
        // The header decides how much memory reading takes: a claim of another length than what is there is not followed.
        ReadOnlySpan<byte> bytes = sealedFile.Span;
        if (bytes.Length < SealedFormat.PrefixSize || !SealedFileHeader.TryReadSize(bytes[..SealedFormat.PrefixSize], out int size) || size > bytes.Length
            || SealedFileHeader.TryParse(bytes[..size]) is not { } header || header.CiphertextLength != bytes.Length) return false;
        using var stream = new MemoryStream(sealedFile.ToArray(), writable: false);
        return SealedFile.Verify(stream, expected).Succeeded;
    }
}
