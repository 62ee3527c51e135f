using Errand.Primitives;

namespace Errand.Protocol;

/// <summary>
/// The network's state: a fold over ledger entries. Pure: the same entries and rules version give the same state root on every
/// machine. Not thread-safe; one loop applies, and readers on other threads use <see cref="Root"/> of positions.
/// </summary>
/// <remarks>
/// Rules are in partial files by feature: Admission, Beacon, Faults, Governance, Tasks. Each handler first makes all its checks, in the order of
/// docs/protocol.md section 6; after the last one nothing can fail.
/// </remarks>
public sealed partial class NetworkState
{
    private readonly RecordMap<PublicKey, SignerState> _signers = new(signer => signer.Signer);
    private readonly RecordMap<PublicKey, NodeState> _nodes = new(node => node.Id);
    private readonly Dictionary<AssetId, AssetState> _assets = [];
    private readonly Dictionary<TaskId, TaskState> _tasks = [];
    private readonly Dictionary<TaskId, TaskState> _openTasks = [];
    private readonly Dictionary<Bytes32, TrustCase> _cases = [];
    private readonly SortedSet<Deadline> _deadlines = [];
    private readonly StateRecords _records;
    private readonly int _knownRulesVersion;
    private long _lastTimeMilliseconds;

    /// <summary>The state before the first entry.</summary>
    /// <exception cref="ArgumentException">The genesis is one that <see cref="Genesis.TryDecode"/> would not give.</exception>
    public NetworkState(Genesis genesis)
        : this(genesis, ProtocolLimits.RulesVersion)
    {
    }

    /// <summary>The same as software that knows later rules would make it; for tests of upgrades.</summary>
    internal NetworkState(Genesis genesis, int knownRulesVersion)
        : this(genesis, knownRulesVersion, founded: true)
    {
    }

    private NetworkState(Genesis genesis, int knownRulesVersion, bool founded)
    {
        ArgumentNullException.ThrowIfNull(genesis);
        // A genesis put together in memory meets the same checks as one that was read: no way round a rule such as development roots.
        GenesisError error = Genesis.TryDecode(genesis.Encode(), out _);
        if (error != GenesisError.None) throw new ArgumentException($"The genesis is refused: {error}.", nameof(genesis));
        Genesis = genesis;
        Network = genesis.NetworkId();
        _records = new StateRecords(Network);
        _knownRulesVersion = knownRulesVersion;
        _governance = new GovernanceState(genesis.Governance);
        Clock = new ClockState(genesis.StartMilliseconds, new TaggedHash(Tags.BeaconGenesis).Add(Network.Value).ToDigest());
        // A state that is loaded has records of all that follows.
        if (!founded) return;
        _terms.Add(0, new TermsState(NetworkTerms.Of(genesis)));
        foreach (GenesisOperator known in genesis.Operators) ListOperator(known.Key, known.Name);
        AdmitFounders();
        OpenFirstEpoch();
        _records.Touch(Clock);
        _records.Touch(_governance);
        _records.Touch(_terms[0]);
    }

    /// <summary>The genesis.</summary>
    public Genesis Genesis { get; }

    /// <summary>Its digest.</summary>
    public NetworkId Network { get; }

    /// <summary>Clock and beacon.</summary>
    public ClockState Clock { get; }

    /// <summary>Position of the next entry to apply.</summary>
    public long NextPosition { get; private set; }

    /// <summary>The ledger's time of the last entry; 0 before the first.</summary>
    public long LedgerMilliseconds => _lastTimeMilliseconds;

    /// <summary>All nodes.</summary>
    public IReadOnlyDictionary<PublicKey, NodeState> Nodes => _nodes;

    /// <summary>All operators, those that have retired too.</summary>
    public IReadOnlyDictionary<PublicKey, OperatorState> Operators => _operators;

    /// <summary>All assets.</summary>
    public IReadOnlyDictionary<AssetId, AssetState> Assets => _assets;

    /// <summary>All tasks, ended ones for 30 days more.</summary>
    public IReadOnlyDictionary<TaskId, TaskState> Tasks => _tasks;

    /// <summary>Tasks that have not ended.</summary>
    public IReadOnlyCollection<TaskState> OpenTasks => _openTasks.Values;

    /// <summary>True while a task is known and has not ended.</summary>
    public bool IsOpen(TaskId task) => _openTasks.ContainsKey(task);

    /// <summary>Open Proof of Trust cases.</summary>
    public IReadOnlyDictionary<Bytes32, TrustCase> TrustCases => _cases;

    /// <summary>The due time of the next deadline. There always is one: the epoch's end.</summary>
    public long NextDueMilliseconds => _deadlines.Min.Due;

    /// <summary>The digest over all records.</summary>
    public StateRoot Root() => _records.Root();

    /// <summary>The last sequence number of a signer that applied; 0 for none.</summary>
    public ulong LastSequence(PublicKey signer) => _signers.TryGetValue(signer, out SignerState? state) ? state.Sequence : 0;

    /// <summary>Applies the next entry of the ledger.</summary>
    /// <param name="timeMilliseconds">The ledger's time of it.</param>
    /// <param name="bytes">The entry.</param>
    /// <exception cref="LedgerTimeException">The time is before that of the previous entry.</exception>
    /// <exception cref="UpgradeNeededException">A rules version that this software does not know is in force from here on.</exception>
    public ApplyResult Apply(long timeMilliseconds, ReadOnlySpan<byte> bytes) => Apply(timeMilliseconds, PreparedEntry.Prepare(Network, bytes));

    /// <summary>Applies the next entry, prepared ahead.</summary>
    /// <exception cref="LedgerTimeException">The time is before that of the previous entry.</exception>
    /// <exception cref="UpgradeNeededException">A rules version that this software does not know is in force from here on.</exception>
    /// <exception cref="ArgumentException">The entry was prepared for another network.</exception>
    public ApplyResult Apply(long timeMilliseconds, PreparedEntry entry)
    {
        ArgumentNullException.ThrowIfNull(entry);
        if (entry.Network != Network) throw new ArgumentException($"The entry was prepared for network {entry.Network}, not {Network}.", nameof(entry));
        long position = NextPosition;
        if (timeMilliseconds < _lastTimeMilliseconds) throw new LedgerTimeException(position, timeMilliseconds, _lastTimeMilliseconds);
        // Section 2: neither an outage nor a wrong clock may fire everything at once.
        long now = Math.Max(Clock.Milliseconds, Math.Min(timeMilliseconds, Clock.Milliseconds + ProtocolLimits.ClockStepMilliseconds));
        CheckUpgrade(now, position);
        _lastTimeMilliseconds = timeMilliseconds;
        NextPosition++;

        int fired = FireDeadlines(now);
        RefusalReason refusal = entry.RefusalUnder(Terms.RulesVersion);
        if (refusal == RefusalReason.None) refusal = Dispatch(entry, position, now, fired);
        return new ApplyResult(refusal, entry, fired);
    }

    private RefusalReason Dispatch(PreparedEntry entry, long position, long now, int fired)
    {
        if (entry.Sequence <= LastSequence(entry.Signer)) return RefusalReason.Sequence;
        var context = new EntryContext(entry.Signer, entry.Id, position, now, entry.Foreseen);
        RefusalReason refusal = entry.Body switch
        {
            RegisterEntry register => Apply(register, context),
            RetireEntry => ApplyRetire(context),
            OfferEntry offer => Apply(offer, context),
            TicketEntry ticket => Apply(ticket, context),
            AssetEntry asset => Apply(asset, context),
            SubmitEntry submit => Apply(submit, context, entry.Payload.Span),
            AcceptEntry accept => Apply(accept, context),
            DenyEntry deny => Apply(deny, context),
            ClaimEntry claim => Apply(claim, context),
            EvidenceEntry evidence => Apply(evidence, context),
            VerdictEntry verdict => Apply(verdict, context),
            ReleaseEntry release => Apply(release, context),
            ReceiptEntry receipt => Apply(receipt, context),
            AbandonEntry abandon => Apply(abandon, context),
            GovernEntry govern => Apply(govern, context),
            SponsorEntry sponsor => Apply(sponsor, context),
            WithdrawEntry withdraw => Apply(withdraw, context),
            WithdrawAssetEntry withdraw => Apply(withdraw, context),
            FetchedEntry fetched => Apply(fetched, context),
            UnavailableEntry unavailable => Apply(unavailable, context),
            FaultEntry fault => Apply(fault, context),
            TickEntry => fired == 0 ? RefusalReason.NothingDue : RefusalReason.None,
            _ => throw new InvalidOperationException($"No handler for entry kind {entry.Body?.Kind}."),
        };
        if (refusal != RefusalReason.None) return refusal;

        if (!_signers.TryGetValue(entry.Signer, out SignerState? signer)) _signers.Add(signer = new SignerState(entry.Signer));
        signer.Sequence = entry.Sequence;
        _records.Touch(signer);
        Clock.Milliseconds = now;
        _records.Touch(Clock);
        NoteEvidenceRoot(entry.Body!, context);
        return RefusalReason.None;
    }

    // Verdicts confirm the state root after the entry that brought the evidence; the case keeps it from then on.
    private void NoteEvidenceRoot(EntryBody body, EntryContext context)
    {
        switch (body)
        {
            case OfferEntry offer:
                TrustCase trustCase = _cases[OfferEntry.CaseId(Network, context.Signer, offer.Number)];
                trustCase.EvidenceRoot = Root();
                _records.Touch(trustCase);
                break;
            case EvidenceEntry evidence:
                TaskState task = _tasks[evidence.Task];
                task.Attempt!.EvidenceRoot = Root();
                _records.Touch(task);
                break;
            case FaultEntry when _faults.TryGetValue(context.Id.Value, out FaultCase? fault):
                fault.EvidenceRoot = Root();
                _records.Touch(fault);
                break;
            default:
                break;
        }
    }

    // A map keeps the room of its fullest time; after a rush of cases that would be a large part of the state.
    private static void GiveBackRoom<TKey, TValue>(Dictionary<TKey, TValue> map)
        where TKey : notnull
    {
        const int keptAlways = 1 << 12;
        if (map.Capacity > keptAlways && map.Count < map.Capacity / 8) map.TrimExcess(2 * Math.Max(map.Count, 1));
    }

    private int FireDeadlines(long now)
    {
        int fired = 0;
        for (; _deadlines.Count > 0 && _deadlines.Min is var deadline && deadline.Due <= now; fired++)
        {
            _deadlines.Remove(deadline);
            Clock.Milliseconds = Math.Max(Clock.Milliseconds, deadline.Due);
            _records.Touch(Clock);
            switch (deadline.Kind)
            {
                case DeadlineKind.EpochBoundary: OnEpochBoundary(deadline.Due); break;
                case DeadlineKind.TrustDraw: OnTrustDraw(_cases[deadline.CaseId], deadline.Due); break;
                case DeadlineKind.TrustRound: OnTrustRoundOver(_cases[deadline.CaseId], deadline.Due); break;
                case DeadlineKind.TaskPhase: OnTaskPhaseOver(_tasks[new TaskId(deadline.CaseId)], deadline.Due); break;
                case DeadlineKind.TaskExpiry: OnTaskExpired(_tasks[new TaskId(deadline.CaseId)], deadline.Due); break;
                case DeadlineKind.TaskForgotten: ForgetTask(_tasks[new TaskId(deadline.CaseId)]); break;
                case DeadlineKind.FaultDraw: OnFaultDraw(_faults[deadline.CaseId], deadline.Due); break;
                case DeadlineKind.FaultRound: OnFaultRoundOver(_faults[deadline.CaseId], deadline.Due); break;
                default: throw new InvalidOperationException($"No handler for deadline kind {deadline.Kind}.");
            }
        }
        return fired;
    }

    /// <summary>What a handler needs to know of the entry besides its body.</summary>
    /// <param name="Signer">Who signed.</param>
    /// <param name="Id">The entry's id.</param>
    /// <param name="Position">Ledger position.</param>
    /// <param name="Now">Network time.</param>
    /// <param name="Foreseen">A proof verified ahead; only ever a short cut.</param>
    private readonly record struct EntryContext(PublicKey Signer, EntryId Id, long Position, long Now, ForeseenProof? Foreseen);
}
