using Errand.Cryptography;
using Errand.Primitives;
using Errand.Protocol;

namespace Errand.Simulation;

/// <summary>Tasks up to the draw as the judges understand them: docs/protocol.md sections 6.2 to 6.4.</summary>
internal sealed partial class NaiveNetwork
{
    private readonly Dictionary<AssetId, (PublicKey Owner, AssetEntry Entry)> _assets = [];
    private readonly Dictionary<AssetId, long> _accepts = [];
    private readonly Dictionary<Bytes32, long> _pausedUntil = [];

    private string? FindWrong(SubmitEntry submit, PreparedEntry entry, long now)
    {
        if (WeightAt(_epoch) < _world.Genesis.Committee.VerifiersMin) return "the network is too small";
        if (!submit.ConsentAssets.All(_assets.ContainsKey)) return "an asset is unknown";
        if (submit.DeadlineMilliseconds <= now) return "its deadline has passed";
        return Tasks.ContainsKey(TaskId.Of(_world.Network, entry.Signer, entry.Payload.Span)) ? "the task is known" : null;
    }

    private void Open(TaskId id, SubmitEntry submit, long now) => Tasks.Add(id, new NaiveTask(id, submit, _epoch) { DueMilliseconds = now + _times.AcceptMilliseconds });

    private string? FindWrong(AcceptEntry accept, PublicKey signer)
    {
        if (!Tasks.TryGetValue(accept.Task, out NaiveTask? task)) return "the task is unknown";
        if (!task.Submit.ConsentAssets.Contains(accept.Asset) || _assets[accept.Asset].Owner != signer) return "the signer owns no such asset";
        if (task.Phase != TaskPhase.Accepting) return "the task no longer waits for accepts";
        if (task.Accepts.ContainsKey(accept.Asset)) return "the owner has accepted already";
        AssetEntry asset = _assets[accept.Asset].Entry;
        if (accept.VrfKey != asset.VrfKey) return "its key is not the pinned one";
        if (_accepts.GetValueOrDefault(accept.Asset) >= asset.Budget.Accepts) return "the accepts are used up";
        return Vrf.TryVerify(asset.VrfKey, AcceptEntry.Input(_world.Network, accept.Task), accept.Proof.Span, new byte[Vrf.OutputSize]) ? null : "its proof does not hold";
    }

    private void Take(AcceptEntry accept)
    {
        NaiveTask task = Tasks[accept.Task];
        _accepts[accept.Asset] = _accepts.GetValueOrDefault(accept.Asset) + 1;
        task.Accepts.Add(accept.Asset, Identity.Output(accept.Proof.Span));
        if (!task.Submit.ConsentAssets.All(task.Accepts.ContainsKey)) return;
        task.Phase = TaskPhase.Drawing;
        task.DueMilliseconds = SimulationPlan.StartMilliseconds + (_epoch + 2) * SimulationPlan.EpochMilliseconds;
    }

    private string? FindWrong(DenyEntry deny, PublicKey signer)
    {
        if (!Tasks.TryGetValue(deny.Task, out NaiveTask? task)) return "the task is unknown";
        if (!task.Submit.ConsentAssets.Contains(deny.Asset) || _assets[deny.Asset].Owner != signer) return "the signer owns no such asset";
        if (task.Phase > TaskPhase.Releasing) return "it is too late";
        return deny.Attempt == task.Attempts.Count ? null : "it is of another attempt";
    }

    private void Take(DenyEntry deny)
    {
        NaiveTask task = Tasks[deny.Task];
        if (task.Phase == TaskPhase.Accepting) End(task, TaskOutcome.Denied, TaskReason.OwnerDenied);
        else End(task, TaskOutcome.Failed, task.Phase == TaskPhase.Releasing && deny.Reason == DenyReason.MeasurementWithdrawn && WithdrawnPosition is not null ? TaskReason.WithdrawnReference : TaskReason.OwnerWithheld);
    }

    private string? FindWrong(ClaimEntry claim, PublicKey signer)
    {
        if (!Tasks.TryGetValue(claim.Task, out NaiveTask? task)) return "the task is unknown";
        if (task.Phase != TaskPhase.Claiming) return "the task is not being claimed";
        if (!Nodes.TryGetValue(signer, out NaiveNode? node) || node.IsVerifier) return "the signer is no executor";
        if (!node.IsQualifiedAt(task.Epoch)) return "the executor is not in the snapshot";
        if (node.IsDisqualified) return "the executor is disqualified";
        if (node.Chip is { } chip && _epoch < _pausedUntil.GetValueOrDefault(chip)) return "the executor is paused";
        if (task.Tickets.Exists(ticket => ticket.Executor == signer)) return "the executor has claimed already";
        byte[] beta = new byte[Vrf.OutputSize];
        byte[] input = Lottery.Input(_world.Network, CommitteeRole.Claim, task.Id.Value, task.Seed!.Value, 0, 0);
        if (!Vrf.TryVerify(node.VrfKey, input, claim.Proof.Span, beta)) return "its proof does not hold";
        return task.Tickets.Count == _world.Genesis.Committee.Attempts && beta.AsSpan().SequenceCompareTo(task.Tickets[^1].Beta) > 0 ? "enough lower tickets are in" : null;
    }

    private void Take(ClaimEntry claim, PublicKey signer)
    {
        NaiveTask task = Tasks[claim.Task];
        task.Tickets.Add((Identity.Output(claim.Proof.Span), signer));
        task.Tickets.Sort((one, other) => one.Beta.AsSpan().SequenceCompareTo(other.Beta));
        if (task.Tickets.Count > _world.Genesis.Committee.Attempts) task.Tickets.RemoveAt(task.Tickets.Count - 1);
    }

    private void OnDue(NaiveTask task, long due)
    {
        switch (task.Phase)
        {
            case TaskPhase.Accepting:
                End(task, TaskOutcome.Expired, TaskReason.AcceptTimeout);
                break;
            case TaskPhase.Drawing when Randomness[^1].Weak && task.WeakEpochs < ProtocolLimits.WeakEpochsWaitMax:
                task.WeakEpochs++;
                task.DueMilliseconds += SimulationPlan.EpochMilliseconds;
                break;
            case TaskPhase.Drawing:
                Draw(task, due);
                break;
            case TaskPhase.Claiming when task.Tickets.Count > 0:
                OpenAttempt(task, due);
                break;
            case TaskPhase.Claiming when due - task.DrawnMilliseconds < ProtocolLimits.ClaimExtensionMaxMilliseconds:
                task.DueMilliseconds += _times.ClaimMilliseconds;
                break;
            case TaskPhase.Claiming:
                End(task, TaskOutcome.Failed, TaskReason.NoExecutor);
                break;
            case TaskPhase.Attesting:
                FailAttempt(task, TaskReason.ExecutorTimeout, due);
                break;
            case TaskPhase.Verifying:
                OnRoundOver(task, due);
                break;
            case TaskPhase.Releasing:
                End(task, TaskOutcome.Failed, TaskReason.OwnerWithheld);
                break;
            case TaskPhase.Running:
                task.Attempt!.RanOut = true;
                FailAttempt(task, TaskReason.RunTimeout, due);
                break;
            case TaskPhase.Serving:
                End(task, TaskOutcome.Completed, TaskReason.None);
                break;
            default:
                throw new InvalidOperationException($"Nothing is due in phase {task.Phase}.");
        }
    }

    // The outputs of the owners in the order of their keys, each once, and R of the epoch of the draw.
    private void Draw(NaiveTask task, long due)
    {
        TaggedHash seed = new TaggedHash(Tags.Seed).Add(_world.Network.Value).Add(task.Id.Value);
        foreach (byte[] beta in task.Accepts.OrderBy(accept => _assets[accept.Key].Entry.VrfKey).Select(accept => accept.Value)) seed.Add(beta);
        task.Seed = seed.Add(Randomness[^1].Value).ToDigest();
        task.DrawnMilliseconds = due;
        task.Phase = TaskPhase.Claiming;
        task.DueMilliseconds = due + _times.ClaimMilliseconds;
    }

    private void Expire(NaiveTask task)
    {
        if (task.Phase == TaskPhase.Serving) End(task, TaskOutcome.Completed, TaskReason.None);
        else End(task, TaskOutcome.Expired, TaskReason.DeadlinePassed);
    }

    private void End(NaiveTask task, TaskOutcome outcome, TaskReason reason)
    {
        if (++task.Ends > 1) _report($"task {task.Id.Value.ToShortString()} has ended {task.Ends} times");
        task.Phase = TaskPhase.Ended;
        task.DueMilliseconds = long.MaxValue;
        task.Outcome = outcome;
        task.Reason = reason;
    }
}
