using Errand.Cryptography;
using Errand.Primitives;
using Errand.Protocol;

namespace Errand.Simulation;

/// <summary>An owner and its key broker: accepts within its budget, appraises by itself, writes its journal first, releases.</summary>
internal sealed class OwnerActor(World world, string name, AssetKind kind) : Participant(world, name)
{
    private const long ClockSkewMaxMilliseconds = 120_000;
    private const int SeenKind = 1, MessageKind = 2;

    private readonly Dictionary<(TaskId Task, int Attempt), byte[]> _messages = [];
    private readonly Dictionary<(TaskId, int), long> _approvals = [];
    private (int Count, Bytes32 Digest) _seen;

    /// <summary>How many accepts the asset allows; each task that is planned, and one more.</summary>
    public int AcceptsMax => Lie == Lie.OverAccept ? 1 : World.Plan.Tasks + 1;

    public AssetId Asset => AssetId.Of(Id, Content);

    /// <summary>True once the ledger was found not to extend what was seen of it.</summary>
    public bool IsRolledBack { get; private set; }

    private ContentId Content => new(new Bytes32(Keys.Digest("content")));

    public override void OnApplied(LedgerRecord record, ApplyResult result)
    {
        if (Follower.Position == _seen.Count && Follower.Digest != _seen.Digest) IsRolledBack = true;
        if (!result.Applied || result.Entry.Body is not VerdictEntry { Role: CommitteeRole.Task } verdict) return;
        TaskState task = State.Tasks[new TaskId(verdict.CaseId)];
        if (task.Phase == TaskPhase.Releasing) _approvals.TryAdd((task.Id, task.Attempt!.Number), record.TimeMilliseconds);
    }

    protected override void OnStart()
    {
        _messages.Clear();
        _approvals.Clear();
        _seen = default;
        IsRolledBack = false;
        foreach (byte[] record in Journal.Records) Recall(record);
    }

    protected override void Act()
    {
        if (Follower.Position < _seen.Count && !World.Plan.Faults.HasStaleReads) IsRolledBack = true;
        if (!State.Assets.ContainsKey(Asset))
        {
            Publish("asset", Entry());
            return;
        }
        foreach (TaskState task in State.OpenTasks.Where(task => task.Submit.AllAssets.Contains(Asset)).OrderBy(task => task.Position))
        {
            if (task.Phase == TaskPhase.Accepting) Decide(task);
            else if (Lie == Lie.ReleaseEarly && task.Phase is TaskPhase.Attesting or TaskPhase.Verifying) Once($"early {task.Id} {task.Phase}", () => Send(Release(task, task.Attempt!.Number, Keys.Digest("early"))));
            else if (task.Phase is TaskPhase.Releasing or TaskPhase.Running) Serve(task, task.Attempt!);
        }
    }

    private AssetEntry Entry() => new()
    {
        Content = Content,
        AssetKind = kind,
        SizeBytes = 1_000,
        VrfKey = Keys.Vrf.PublicKey,
        Sites = ["here"],
        Custody = CustodyRule.Any,
        Budget = new AssetBudget(AcceptsMax, AssetBudget.Max, AssetBudget.Max, AssetBudget.Max, AssetBudget.Max),
        PolicyDigest = default,
    };

    private void Decide(TaskState task)
    {
        if (Lie == Lie.OverAccept) Once($"twice {task.Id}", () =>
        {
            Send(Accept(task.Id, Keys));
            Send(Accept(task.Id, Keys));
        });
        if (task.Accepts.ContainsKey(Asset) || Lie is Lie.WithholdAccept or Lie.OverAccept) return;
        if (Lie == Lie.GrindAccept)
        {
            Once($"grind {task.Id}", () => Grind(task));
            if (World.Events.Now - task.Steps[0].AtMilliseconds < 20_000) return;
        }
        if (IsRolledBack) Publish($"deny {task.Id}", new DenyEntry { Task = task.Id, Asset = Asset, Reason = DenyReason.LedgerRolledBack, Attempt = task.Attempts.Count });
        else if (State.Assets[Asset].Accepts >= AcceptsMax) Publish($"deny {task.Id}", new DenyEntry { Task = task.Id, Asset = Asset, Reason = DenyReason.TotalBudget, Attempt = task.Attempts.Count });
        else Publish($"accept {task.Id}", Accept(task.Id, Keys));
    }

    private AcceptEntry Accept(TaskId task, Identity prover) => new()
    {
        Task = task,
        Asset = Asset,
        VrfKey = prover.Vrf.PublicKey,
        Proof = prover.Prove(AcceptEntry.Input(World.Network, task)),
    };

    // Other keys, and a proof of another task's under the pinned one.
    private void Grind(TaskState task)
    {
        Send(Accept(task.Id, Identity.Of($"{Name} other key")));
        Send(Accept(task.Id, Keys) with { Proof = Keys.Prove(AcceptEntry.Input(World.Network, new TaskId(Asset.Value))) });
    }

    private void Serve(TaskState task, AttemptState attempt)
    {
        if (Lie == Lie.WithholdRelease) return;
        if (attempt.Releases.TryGetValue(Asset, out Bytes32 digest))
        {
            Try($"hand over {task.Id} {attempt.Number}", () => HandOver(task, attempt, digest));
            if (Lie == Lie.ReleaseEarly) Once($"again {task.Id}", () => Send(Release(task, attempt.Number, Keys.Digest("again"))));
        }
        else if (task.Phase == TaskPhase.Releasing && (NetworkState.MayRelease(task, Asset) || Lie == Lie.ReleaseEarly)) Try($"release {task.Id} {attempt.Number}", () => Approve(task, attempt));
    }

    private void Approve(TaskState task, AttemptState attempt)
    {
        if (!IsRolledBack && _messages.TryGetValue((task.Id, attempt.Number), out byte[]? earlier))
        {
            Send(Release(task, attempt.Number, earlier));
            return;
        }
        if (FindDenial(task, attempt) is { } reason)
        {
            Send(new DenyEntry { Task = task.Id, Asset = Asset, Reason = reason, Attempt = attempt.Number });
            return;
        }
        EvidenceCase subject = Follower.Book.Evidence(task.Id, attempt.Number)!;
        byte[] context = ReleaseEntry.Context(World.Network, task.Id, attempt.Number, Asset, subject.Evidence.Digest);
        // As HPKE does: sealed to the enclave's key, and never twice the same bytes.
        byte[] message = CoseSigner.Sign(Keys.Key, context, [.. subject.Evidence.HpkeKey.Span, .. Chance.Bytes(16)]).Encoded.ToArray();
        byte[] record = [MessageKind, .. task.Id.Value.ToArray(), (byte)attempt.Number, .. message];
        Write(Seen(), () => { });
        Write(record, () =>
        {
            Recall(record);
            Send(Release(task, attempt.Number, _messages[(task.Id, attempt.Number)]));
        });
    }

    private DenyReason? FindDenial(TaskState task, AttemptState attempt)
    {
        if (IsRolledBack) return DenyReason.LedgerRolledBack;
        if (Follower.LedgerMilliseconds - Now > ClockSkewMaxMilliseconds) return DenyReason.ClockSkew;
        if (Now - _approvals[(task.Id, attempt.Number)] > task.Terms.Times.ReleaseMilliseconds) return DenyReason.ApprovalExpired;
        if (!State.Nodes[attempt.Executor].IsActive) return DenyReason.OwnAppraisal;
        EvidenceCase subject = Follower.Book.Evidence(task.Id, attempt.Number)!;
        if (Appraisal.OfEnclave(subject, subject.Terms).Count > 0) return DenyReason.OwnAppraisal;
        return Appraisal.OfEnclave(subject, task.Terms.Without(State.WithdrawnReferences)).Count > 0 ? DenyReason.MeasurementWithdrawn : null;
    }

    private ReleaseEntry Release(TaskState task, int attempt, byte[] message) => new()
    {
        Task = task.Id,
        Attempt = attempt,
        Asset = Asset,
        SealedKeyDigest = ReleaseEntry.DigestOf(message),
    };

    // Only what the ledger shows is handed over, and not if the measurement has been withdrawn since.
    private void HandOver(TaskState task, AttemptState attempt, Bytes32 digest)
    {
        if (!_messages.TryGetValue((task.Id, attempt.Number), out byte[]? message) || ReleaseEntry.DigestOf(message) != digest) return;
        EvidenceCase subject = Follower.Book.Evidence(task.Id, attempt.Number)!;
        if (Appraisal.OfEnclave(subject, task.Terms.Without(State.WithdrawnReferences)).Count > 0) return;
        if (World.ExecutorOf(attempt.Executor) is not { } executor) return;
        TaskId id = task.Id;
        int number = attempt.Number;
        World.Judges.NoteHandOver(this, id, number, message, subject.Evidence.HpkeKey);
        Tell(executor, () => executor.TakeRelease(id, number, Asset, message));
    }

    private byte[] Seen() => [SeenKind, .. BitConverter.GetBytes(Follower.Position), .. Follower.Digest.ToArray()];

    private void Recall(byte[] record)
    {
        switch (record[0])
        {
            case SeenKind:
                _seen = (BitConverter.ToInt32(record, 1), new Bytes32(record.AsSpan(5, 32)));
                break;
            case MessageKind:
                // The first message counts: after a crash the same bytes are sent.
                _messages.TryAdd((new TaskId(new Bytes32(record.AsSpan(1, 32))), record[33]), record[34..]);
                break;
            default:
                throw new InvalidOperationException($"A journal has no records of kind {record[0]}.");
        }
    }
}
