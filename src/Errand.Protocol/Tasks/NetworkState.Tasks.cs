using Errand.Cryptography;
using Errand.Primitives;

namespace Errand.Protocol;

/// <summary>Tasks up to the draw (docs/protocol.md sections 6.2 to 6.4): assets, submit, accept, deny, seed, claims.</summary>
public sealed partial class NetworkState
{
    private RefusalReason Apply(AssetEntry asset, EntryContext context)
    {
        if (!Vrf.IsValidKey(asset.VrfKey)) return RefusalReason.VrfKeyInvalid;
        AssetId id = AssetId.Of(context.Signer, asset.Content);
        if (_assets.ContainsKey(id)) return RefusalReason.AssetExists;

        var state = new AssetState(id, context.Signer, asset, context.Position);
        _assets.Add(id, state);
        _records.Touch(state);
        return RefusalReason.None;
    }

    private RefusalReason Apply(SubmitEntry submit, EntryContext context, ReadOnlySpan<byte> payload)
    {
        if (Clock.Weight < Terms.Committee.VerifiersMin) return RefusalReason.NetworkTooSmall;
        foreach (AssetId id in submit.ConsentAssets)
        {
            if (!_assets.TryGetValue(id, out AssetState? asset)) return RefusalReason.UnknownAsset;
            if (asset.Entry.AssetKind != (id == submit.App ? AssetKind.App : AssetKind.Data)) return RefusalReason.AssetKind;
            if (asset.Withdrawn) return RefusalReason.AssetWithdrawn;
        }
        AssetState? secret = null;
        if (submit.SecretArguments is { } secretId)
        {
            if (!_assets.TryGetValue(secretId, out secret)) return RefusalReason.UnknownAsset;
            if (secret.Entry.AssetKind != AssetKind.Arguments) return RefusalReason.AssetKind;
            if (secret.Owner != context.Signer || secret.Accepts > 0) return RefusalReason.AssetUsed;
            if (secret.Withdrawn) return RefusalReason.AssetWithdrawn;
        }
        if (submit.DeadlineMilliseconds <= context.Now || submit.DeadlineMilliseconds > context.Now + ProtocolLimits.TaskTimeMaxMilliseconds) return RefusalReason.Deadline;
        TaskId taskId = TaskId.Of(Network, context.Signer, payload);
        if (_tasks.ContainsKey(taskId)) return RefusalReason.TaskExists;

        var task = new TaskState(taskId, context.Signer, submit, context.Position, TakeSnapshot());
        _tasks.Add(taskId, task);
        _openTasks.Add(taskId, task);
        if (secret is not null) CountAccept(task, secret);
        _deadlines.Add(new Deadline(submit.DeadlineMilliseconds, DeadlineKind.TaskExpiry, taskId.Value));
        EnterPhase(task, TaskPhase.Accepting, context.Now, context.Now + task.Terms.Times.AcceptMilliseconds);
        return RefusalReason.None;
    }

    private RefusalReason Apply(AcceptEntry accept, EntryContext context)
    {
        RefusalReason found = FindConsent(accept.Task, accept.Asset, context.Signer, out TaskState task, out AssetState asset);
        if (found != RefusalReason.None) return found;
        if (task.Phase != TaskPhase.Accepting) return task.AcceptMap.ContainsKey(asset.Id) && task.Phase != TaskPhase.Ended ? RefusalReason.AlreadyAccepted : RefusalReason.Late;
        if (task.AcceptMap.ContainsKey(asset.Id)) return RefusalReason.AlreadyAccepted;
        if (accept.VrfKey != asset.Entry.VrfKey) return RefusalReason.VrfKeyNotPinned;
        if (asset.Withdrawn) return RefusalReason.AssetWithdrawn;
        RefusalReason budget = CheckAcceptBudget(task, asset);
        if (budget != RefusalReason.None) return budget;
        var beta = new byte[Vrf.OutputSize];
        if (!TryVerify(context, accept.VrfKey, AcceptEntry.Input(Network, task.Id), accept.Proof.Span, beta)) return RefusalReason.VrfProof;

        CountAccept(task, asset);
        task.AcceptMap.Add(asset.Id, beta);
        _records.Touch(task);
        if (task.Submit.ConsentAssets.All(task.AcceptMap.ContainsKey))
            EnterPhase(task, TaskPhase.Drawing, context.Now, BoundaryMilliseconds(Clock.Epoch + 2));
        return RefusalReason.None;
    }

    private RefusalReason Apply(DenyEntry deny, EntryContext context)
    {
        RefusalReason found = FindConsent(deny.Task, deny.Asset, context.Signer, out TaskState task, out AssetState asset);
        if (found != RefusalReason.None) return found;
        if (task.Phase > TaskPhase.Releasing) return RefusalReason.Late;
        if (deny.Attempt != task.Attempts.Count) return deny.Attempt < task.Attempts.Count ? RefusalReason.AttemptClosed : RefusalReason.TooEarly;

        if (task.Phase == TaskPhase.Accepting) EndTask(task, TaskOutcome.Denied, TaskReason.OwnerDenied, context.Now);
        else if (task.Phase == TaskPhase.Releasing && deny.Reason == DenyReason.MeasurementWithdrawn && HasWithdrawnReference(task)) StopReleasing(task, context.Now);
        else Withhold(task, asset, context.Now);
        return RefusalReason.None;
    }

    private bool HasWithdrawnReference(TaskState task) => task.Terms.ReferenceValues.Any(value => _governance.Withdrawn.Contains(value.Digest));

    // Governance withdrew what the approval stood on, not the owner; without a withdrawal the reason is no excuse.
    private void StopReleasing(TaskState task, long at)
    {
        task.Attempt!.Failure = TaskReason.WithdrawnReference;
        EndTask(task, TaskOutcome.Failed, TaskReason.WithdrawnReference, at);
    }

    // The owner has accepted and changes its mind: with the draw known, that is what withholding would be.
    private void Withhold(TaskState task, AssetState asset, long at)
    {
        asset.Withheld++;
        _records.Touch(asset);
        task.Attempt?.Current?.Expire();
        if (task.Attempt is { } attempt) attempt.Failure = TaskReason.OwnerWithheld;
        EndTask(task, TaskOutcome.Failed, TaskReason.OwnerWithheld, at);
    }

    // Sections 6.3 and 6.9: what is left of the owner's budget.
    private RefusalReason CheckAcceptBudget(TaskState task, AssetState asset)
    {
        AssetBudget budget = asset.Entry.Budget;
        AppUse use = asset.UseBy(task.Submit.App);
        if (use.Accepts >= budget.AcceptsPerApp) return RefusalReason.AcceptBudget;
        if (asset.Accepts >= budget.Accepts) return RefusalReason.TotalBudget;
        return AcceptsInEpoch(use) >= budget.AcceptsPerAppAndEpoch ? RefusalReason.AcceptRate : RefusalReason.None;
    }

    private long AcceptsInEpoch(AppUse use) => use.Epoch == Clock.Epoch ? use.AcceptsInEpoch : 0;

    /// <summary>True when the asset's budget has an accept left for a task, now; a rate may leave one in the next epoch.</summary>
    public bool IsWithinAcceptRate(TaskState task, AssetState asset) =>
        AcceptsInEpoch(asset.UseBy(task.Submit.App)) < asset.Entry.Budget.AcceptsPerAppAndEpoch;

    /// <summary>True when the asset's budget has a release left for a task.</summary>
    public static bool HasReleaseLeft(TaskState task, AssetState asset) =>
        asset.Releases < asset.Entry.Budget.Releases && asset.UseBy(task.Submit.App).Releases < asset.Entry.Budget.ReleasesPerApp;

    private void CountAccept(TaskState task, AssetState asset)
    {
        AppUse use = asset.UseBy(task.Submit.App);
        asset.Accepts++;
        asset.UseMap[task.Submit.App] = use with { Accepts = use.Accepts + 1, Epoch = Clock.Epoch, AcceptsInEpoch = AcceptsInEpoch(use) + 1 };
        _records.Touch(asset);
    }

    private void CountRelease(TaskState task, AssetState asset)
    {
        AppUse use = asset.UseBy(task.Submit.App);
        asset.Releases++;
        asset.UseMap[task.Submit.App] = use with { Releases = use.Releases + 1 };
        _records.Touch(asset);
    }

    private RefusalReason FindConsent(TaskId taskId, AssetId assetId, PublicKey signer, out TaskState task, out AssetState asset)
    {
        asset = null!;
        if (!_tasks.TryGetValue(taskId, out task!)) return RefusalReason.UnknownTask;
        if (!task.Submit.ConsentAssets.Contains(assetId)) return RefusalReason.NotOwner;
        asset = _assets[assetId];
        return asset.Owner == signer ? RefusalReason.None : RefusalReason.NotOwner;
    }

    // One owner of several assets may pin one key for all: its output counts once, and outputs enter in order of key.
    private Bytes32 SeedOf(TaskState task)
    {
        var outputs = new SortedDictionary<VrfPublicKey, byte[]>();
        foreach ((AssetId asset, byte[] beta) in task.AcceptMap) outputs[_assets[asset].Entry.VrfKey] = beta;
        TaggedHash seed = new TaggedHash(Tags.Seed).Add(Network.Value).Add(task.Id.Value);
        foreach (byte[] beta in outputs.Values) seed.Add(beta);
        return seed.Add(Clock.Randomness.Randomness).ToDigest();
    }

    private void OnDrawDue(TaskState task, long due)
    {
        if (Clock.Randomness.Weak && task.WeakEpochsWaited < ProtocolLimits.WeakEpochsWaitMax)
        {
            task.WeakEpochsWaited++;
            SetPhaseDeadline(task, due + Genesis.Times.EpochMilliseconds);
            return;
        }
        task.WeakBeacon = Clock.Randomness.Weak;
        task.Seed = SeedOf(task);
        EnterPhase(task, TaskPhase.Claiming, due, due + task.Terms.Times.ClaimMilliseconds);
    }

    // Section 6.4: a window that passed while executors or the ledger were held up is not the end of a task.
    private void OnClaimWindowOver(TaskState task, long due)
    {
        if (task.Tickets.Count > 0) OpenAttempt(task, due);
        else if (due - task.Steps[^1].AtMilliseconds < ProtocolLimits.ClaimExtensionMaxMilliseconds) SetPhaseDeadline(task, due + task.Terms.Times.ClaimMilliseconds);
        else EndTask(task, TaskOutcome.Failed, TaskReason.NoExecutor, due);
    }

    private RefusalReason Apply(ClaimEntry claim, EntryContext context)
    {
        if (!_tasks.TryGetValue(claim.Task, out TaskState? task)) return RefusalReason.UnknownTask;
        if (task.Phase < TaskPhase.Claiming) return RefusalReason.TooEarly;
        if (task.Phase > TaskPhase.Claiming) return RefusalReason.Late;
        if (!_nodes.TryGetValue(context.Signer, out NodeState? node) || !node.Roles.HasFlag(NodeRoles.Executor)) return RefusalReason.NotExecutor;
        if (node.KeyAt(task.SnapshotEpoch) is not { } key) return RefusalReason.NotInSnapshot;
        if (!node.IsActive) return RefusalReason.Disqualified;
        if (Clock.Epoch < node.PausedUntilEpoch) return RefusalReason.Paused;
        if (!IsEligible(task, node)) return RefusalReason.NotEligible;
        var beta = new byte[Vrf.OutputSize];
        if (!Vrf.TryProofToHash(claim.Proof.Span, beta)) return RefusalReason.VrfProof;
        var ticket = new ExecutorTicket(beta, node.Id);
        if (task.Tickets.Any(held => held.Executor == node.Id)) return RefusalReason.AlreadyClaimed;
        // Only as many tickets are kept as there are attempts: cost does not grow with the number of executors.
        bool full = task.Tickets.Count >= task.Terms.Committee.Attempts;
        if (full && ticket.CompareTo(task.TicketSet.Max) >= 0) return RefusalReason.TicketNotLowest;
        if (!TryVerify(context, key, ClaimInput(task), claim.Proof.Span, beta))
        {
            return node.VrfKey != key && Vrf.TryVerify(node.VrfKey, ClaimInput(task), claim.Proof.Span, beta)
                ? RefusalReason.NotInSnapshot
                : RefusalReason.VrfProof;
        }

        if (full) task.TicketSet.Remove(task.TicketSet.Max!);
        task.TicketSet.Add(ticket);
        _records.Touch(task);
        return RefusalReason.None;
    }

    /// <summary>True when TEE kind, custody and site of a task allow an executor.</summary>
    public bool IsEligible(TaskState task, NodeState node)
    {
        if (node.Tee != task.Submit.Tee) return false;
        foreach (AssetId id in task.Submit.AllAssets)
        {
            AssetEntry asset = _assets[id].Entry;
            if (!asset.Custody.Allows(node.Id, node.Operator)) return false;
            if (asset.AssetKind == AssetKind.Data && !asset.Sites.Contains(node.Site)) return false;
        }
        return true;
    }

    /// <summary>The VRF input of executors' claims on a task whose seed is drawn.</summary>
    public byte[] ClaimInput(TaskState task) => Lottery.Input(Network, CommitteeRole.Claim, task.Id.Value, task.Seed!.Value, 0, 0);
}
