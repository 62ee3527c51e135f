using Errand.Primitives;

namespace Errand.Protocol;

/// <summary>What requesters and owners take back, and what requesters say of a served result (docs/protocol.md sections 6.2, 6.11 and 6.12).</summary>
public sealed partial class NetworkState
{
    // Section 6.2, Withdraw of an asset.
    private RefusalReason Apply(WithdrawAssetEntry withdraw, EntryContext context)
    {
        if (!_assets.TryGetValue(withdraw.Asset, out AssetState? asset)) return RefusalReason.UnknownAsset;
        if (asset.Owner != context.Signer) return RefusalReason.NotOwner;
        if (asset.Withdrawn) return RefusalReason.AssetWithdrawn;

        asset.Withdrawn = true;
        _records.Touch(asset);
        return RefusalReason.None;
    }

    // Section 6.12, Withdraw: once a key is out, the task takes its course.
    private RefusalReason Apply(WithdrawEntry withdraw, EntryContext context)
    {
        if (!_tasks.TryGetValue(withdraw.Task, out TaskState? task)) return RefusalReason.UnknownTask;
        if (task.Requester != context.Signer) return RefusalReason.NotRequester;
        if (task.Phase > TaskPhase.Releasing || task.Attempts.Any(attempt => attempt.ReleaseMap.Count > 0)) return RefusalReason.Late;

        // A round still open must not decide about a task that has ended.
        task.Attempt?.Current?.Expire();
        if (task.Attempt is { } current) current.Failure = TaskReason.Withdrawn;
        EndTask(task, TaskOutcome.Withdrawn, TaskReason.Withdrawn, context.Now);
        return RefusalReason.None;
    }

    // Section 6.11, Fetched.
    private RefusalReason Apply(FetchedEntry fetched, EntryContext context)
    {
        RefusalReason refusal = FindServed(fetched.Task, fetched.Attempt, context.Signer, out TaskState task);
        if (refusal != RefusalReason.None) return refusal;

        EndTask(task, TaskOutcome.Completed, TaskReason.None, context.Now);
        return RefusalReason.None;
    }

    // Section 6.11, Unavailable: the requester's word alone, so it costs the executor its attempt and nothing else.
    private RefusalReason Apply(UnavailableEntry unavailable, EntryContext context)
    {
        RefusalReason refusal = FindServed(unavailable.Task, unavailable.Attempt, context.Signer, out TaskState task);
        if (refusal != RefusalReason.None) return refusal;
        if (context.Now < ComplaintFromMilliseconds(task)) return RefusalReason.TooEarly;

        task.ReceiptPosition = -1;
        FailAttempt(task, TaskReason.ResultUnavailable, context.Now);
        return RefusalReason.None;
    }

    /// <summary>From when on the requester of a task whose result is served may say that it does not get it: half of the serving window.</summary>
    public static long ComplaintFromMilliseconds(TaskState task) => task.PhaseDueMilliseconds - task.Terms.Times.ServeMilliseconds / 2;

    private RefusalReason FindServed(TaskId id, int attempt, PublicKey signer, out TaskState task)
    {
        if (!_tasks.TryGetValue(id, out task!)) return RefusalReason.UnknownTask;
        if (task.Requester != signer) return RefusalReason.NotRequester;
        RefusalReason closed = CheckAttempt(task, attempt);
        if (closed != RefusalReason.None) return closed;
        return task.Phase < TaskPhase.Serving ? RefusalReason.TooEarly : RefusalReason.None;
    }
}
