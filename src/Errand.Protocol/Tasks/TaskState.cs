using Errand.Primitives;

namespace Errand.Protocol;

/// <summary>A task as the network knows it.</summary>
public sealed partial class TaskState : StateRecord
{
    private readonly SortedDictionary<AssetId, byte[]> _accepts = [];
    private readonly List<AttemptState> _attempts = [];
    private readonly List<TaskStep> _steps = [];
    private NetworkTerms? _terms;

    internal TaskState(TaskId id, PublicKey requester, SubmitEntry submit, long position, CaseSnapshot snapshot)
        : base(RecordKind.Task, id.Value)
    {
        Requester = requester;
        Submit = submit;
        Position = position;
        SnapshotEpoch = snapshot.Epoch;
        Weight = snapshot.Weight;
        _terms = snapshot.Terms;
        TermsNumber = snapshot.Terms.Number;
        Rescue = snapshot.Rescue;
    }

    private TaskState(TaskId id, PublicKey requester, SubmitEntry submit, long position, long snapshotEpoch, long weight, int termsNumber)
        : base(RecordKind.Task, id.Value)
    {
        Requester = requester;
        Submit = submit;
        Position = position;
        SnapshotEpoch = snapshotEpoch;
        Weight = weight;
        TermsNumber = termsNumber;
    }

    /// <summary>Digest of the signed payload.</summary>
    public TaskId Id => new(RecordId);

    /// <summary>Who asked for it.</summary>
    public PublicKey Requester { get; }

    /// <summary>What was asked for.</summary>
    public SubmitEntry Submit { get; }

    /// <summary>Ledger position of the Submit entry.</summary>
    public long Position { get; }

    /// <summary>The epoch of the Submit entry: those qualified when it opened take part.</summary>
    public long SnapshotEpoch { get; }

    /// <summary>W of that snapshot.</summary>
    public long Weight { get; }

    /// <summary>The terms of that epoch: what governance changes later does not change the task.</summary>
    /// <exception cref="InvalidOperationException">The task has ended: of its terms it keeps the number, so that they can leave the state.</exception>
    public NetworkTerms Terms => _terms ?? throw new InvalidOperationException($"Task {Id} has ended under terms {TermsNumber}, which it no longer holds.");

    /// <summary>The number of those terms.</summary>
    public int TermsNumber { get; }

    /// <summary>True when a rescued verifier may be in that snapshot, or in the committee that passed an executor of the task.</summary>
    public bool Rescue { get; internal set; }

    /// <summary>Where it is.</summary>
    public TaskPhase Phase { get; internal set; }

    /// <summary>Network time at which the phase ends by itself.</summary>
    public long PhaseDueMilliseconds { get; internal set; }

    /// <summary>VRF outputs of owners by asset they accepted for.</summary>
    public IReadOnlyDictionary<AssetId, byte[]> Accepts => _accepts;

    /// <summary>The seed; null before the draw.</summary>
    public Bytes32? Seed { get; internal set; }

    /// <summary>True when the seed had to be drawn from a weak beacon value.</summary>
    public bool WeakBeacon { get; internal set; }

    /// <summary>Attempts so far.</summary>
    public IReadOnlyList<AttemptState> Attempts => _attempts;

    /// <summary>The attempt in progress, or the last one; null before the claim window ends.</summary>
    public AttemptState? Attempt => _attempts.Count > 0 ? _attempts[^1] : null;

    /// <summary>When it entered each phase.</summary>
    public IReadOnlyList<TaskStep> Steps => _steps;

    /// <summary>How it ended.</summary>
    public TaskOutcome Outcome { get; internal set; }

    /// <summary>Why it ended so.</summary>
    public TaskReason Reason { get; internal set; }

    /// <summary>Ledger position of the receipt; -1 for none.</summary>
    public long ReceiptPosition { get; internal set; } = -1;

    internal SortedDictionary<AssetId, byte[]> AcceptMap => _accepts;

    internal List<AttemptState> AttemptList => _attempts;

    internal List<TaskStep> StepList => _steps;

    /// <summary>The lowest tickets, one for each attempt there may be, lowest first.</summary>
    public IReadOnlyCollection<ExecutorTicket> Tickets => TicketSet;

    internal SortedSet<ExecutorTicket> TicketSet { get; } = [];

    internal int WeakEpochsWaited { get; set; }

    /// <summary>Gives a task that was read from a snapshot the terms that its record names.</summary>
    internal void TakeTerms(NetworkTerms terms) => _terms = terms;

    internal void DropTerms() => _terms = null;

    internal override void WriteTo(CanonicalWriter writer)
    {
        writer.Map(16)
            .Key(0).Bytes(Requester.Value)
            .Key(1).UInt((ulong)Position)
            .Key(2).UInt((ulong)SnapshotEpoch)
            .Key(3).UInt((ulong)Weight)
            .Key(4).UInt((ulong)Phase)
            .Key(5).UInt((ulong)PhaseDueMilliseconds);
        writer.Key(6).Array(_accepts.Count);
        foreach ((AssetId asset, byte[] beta) in _accepts) writer.Array(2).Bytes(asset.Value).Bytes(beta);
        writer.Key(7).Bytes(Seed?.ToArray());
        writer.Key(8).Array(2).Bool(WeakBeacon).UInt((ulong)WeakEpochsWaited);
        writer.Key(9).Array(_attempts.Count);
        foreach (AttemptState attempt in _attempts) attempt.WriteTo(writer);
        writer.Key(10).Array(_steps.Count);
        foreach (TaskStep step in _steps) writer.Array(3).UInt((ulong)step.Phase).UInt((ulong)step.Attempt).UInt((ulong)step.AtMilliseconds);
        writer.Key(11).Array(2).UInt((ulong)Outcome).UInt((ulong)Reason);
        writer.Key(12).UInt((ulong)(ReceiptPosition + 1));
        writer.Key(13).Array(Tickets.Count);
        foreach (ExecutorTicket ticket in Tickets) writer.Array(2).Bytes(ticket.Beta.Span).Bytes(ticket.Executor.Value);
        Submit.WriteTo(writer.Key(14));
        writer.Key(15).Array(2).UInt((ulong)TermsNumber).Bool(Rescue);
    }
}
