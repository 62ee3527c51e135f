using System.Numerics;
using Errand.Cryptography;
using Errand.Primitives;
using Errand.Protocol;

namespace Errand.Simulation;

/// <summary>
/// A second model of the rules, written from docs/protocol.md and as plainly as can be: it says of each entry whether it must
/// apply, and what follows. It shares no state with the fold and asks it nothing.
/// </summary>
internal sealed partial class NaiveNetwork
{
    private readonly World _world;
    private readonly Action<string> _report;
    private readonly GenesisTimes _times;
    private readonly Dictionary<PublicKey, ulong> _sequences = [];
    private long _clock = SimulationPlan.StartMilliseconds;
    private long _epoch;
    private readonly Dictionary<(Bytes32 Case, int Attempt), StateRoot> _roots = [];
    private byte[]? _lowest;

    public NaiveNetwork(World world, Action<string> report)
    {
        _world = world;
        _report = report;
        _times = world.Genesis.Times;
        Randomness.Add((new TaggedHash(Tags.BeaconGenesis).Add(world.Network.Value).ToDigest(), false));
        foreach (FoundingVerifier founder in world.Genesis.FoundingVerifiers)
        {
            var node = new NaiveNode(founder.Node, founder.Operator, founder.VrfKey, isVerifier: true);
            node.Tenures.Add((0, _times.FoundingEpochs));
            Nodes.Add(node.Id, node);
        }
    }

    /// <summary>R of every epoch so far, and whether nobody brought a ticket for it.</summary>
    public List<(Bytes32 Value, bool Weak)> Randomness { get; } = [];

    public Dictionary<PublicKey, NaiveNode> Nodes { get; } = [];

    public Dictionary<TaskId, NaiveTask> Tasks { get; } = [];

    /// <summary>Where the reference value was withdrawn; null for nowhere.</summary>
    public int? WithdrawnPosition { get; private set; }

    private long WeightAt(long epoch) => Nodes.Values.Count(node => node.IsVerifier && node.IsQualifiedAt(epoch));

    private long SeatsAt(long epoch) => Math.Min(WeightAt(epoch), _world.Plan.CommitteeSize);

    /// <summary>Takes the next entry and what followers made of it.</summary>
    public void Take(LedgerRecord record, RefusalReason outcome, int position, StateRoot root)
    {
        long now = Math.Max(_clock, Math.Min(record.TimeMilliseconds, _clock + ProtocolLimits.ClockStepMilliseconds));
        int fired = Fire(now);
        bool applied = outcome == RefusalReason.None;
        string? wrong = record.Prepared.Body is { } body ? FindWrong(record.Prepared, body, now, fired, position) : "it is malformed";
        if (applied && wrong is not null) _report($"{record.Prepared.Body?.Kind} at {position} applied, although {wrong}");
        else if (!applied && wrong is null) _report($"{record.Prepared.Body?.Kind} at {position} was refused ({outcome.Code()}), although nothing is wrong with it");
        if (record.Prepared.Body is VerdictEntry verdict) NoteVerdict(verdict, record.Prepared.Signer, applied, now);
        if (!applied) return;
        _clock = now;
        _sequences[record.Prepared.Signer] = record.Prepared.Sequence;
        if (wrong is null) Make(record.Prepared, record.Prepared.Body!, now, position);
        // What followers of this history have come to here is what verdicts must confirm; that all have the same is judged apart.
        if (record.Prepared.Body is OfferEntry offer) _roots[(OfferEntry.CaseId(_world.Network, record.Prepared.Signer, offer.Number), 1)] = root;
        if (record.Prepared.Body is EvidenceEntry evidence) _roots[(evidence.Task.Value, evidence.Attempt)] = root;
        if (record.Prepared.Body is FaultEntry) _roots[(record.Prepared.Id.Value, 1)] = root;
    }

    private string? FindWrong(PreparedEntry entry, EntryBody body, long now, int fired, int position)
    {
        if (_sequences.TryGetValue(entry.Signer, out ulong last) && entry.Sequence <= last) return "its number has been used";
        return body switch
        {
            RegisterEntry register => FindWrong(register, entry.Signer),
            OfferEntry offer => FindWrong(offer, entry.Signer),
            TicketEntry ticket => FindWrong(ticket, entry.Signer),
            AssetEntry asset => _assets.ContainsKey(AssetId.Of(entry.Signer, asset.Content)) ? "the asset is known" : null,
            SubmitEntry submit => FindWrong(submit, entry, now),
            AcceptEntry accept => FindWrong(accept, entry.Signer),
            DenyEntry deny => FindWrong(deny, entry.Signer),
            ClaimEntry claim => FindWrong(claim, entry.Signer),
            EvidenceEntry evidence => FindWrong(evidence.Task, evidence.Attempt, entry.Signer, task => FindWrong(task)),
            AbandonEntry abandon => FindWrong(abandon.Task, abandon.Attempt, entry.Signer, task => task.Phase > TaskPhase.Running ? "it is late" : null),
            VerdictEntry verdict => FindWrong(verdict, entry.Signer),
            ReleaseEntry release => FindWrong(release, entry.Signer),
            ReceiptEntry receipt => FindWrong(receipt.Task, receipt.Attempt, entry.Signer, task => FindWrong(task, receipt)),
            GovernEntry govern => govern.Epoch <= _epoch ? "its epoch has opened" : WithdrawnPosition is not null ? "the value has been withdrawn" : null,
            FaultEntry fault => FindWrong(fault, entry.Signer, position),
            TickEntry => fired == 0 ? "nothing is due" : null,
            _ => throw new InvalidOperationException($"The simulation has no entries of kind {body.Kind}."),
        };
    }

    private void Make(PreparedEntry entry, EntryBody body, long now, int position)
    {
        switch (body)
        {
            case RegisterEntry register: Nodes.TryAdd(entry.Signer, new NaiveNode(entry.Signer, register.Operator, register.VrfKey, register.Roles.HasFlag(NodeRoles.Verifier))); break;
            case OfferEntry offer: Open(offer, Nodes[entry.Signer], position); break;
            case TicketEntry ticket: _lowest = Identity.Output(ticket.Proof.Span); break;
            case AssetEntry asset: _assets.Add(AssetId.Of(entry.Signer, asset.Content), (entry.Signer, asset)); break;
            case SubmitEntry submit: Open(TaskId.Of(_world.Network, entry.Signer, entry.Payload.Span), submit, now); break;
            case AcceptEntry accept: Take(accept); break;
            case DenyEntry deny: Take(deny); break;
            case ClaimEntry claim: Take(claim, entry.Signer); break;
            case EvidenceEntry evidence: Take(evidence, now, position); break;
            case AbandonEntry abandon: FailAttempt(Tasks[abandon.Task], TaskReason.Abandoned, now); break;
            case VerdictEntry verdict: Take(verdict, entry.Signer, now); break;
            case ReleaseEntry release: Take(release, now); break;
            case ReceiptEntry receipt: Take(receipt, now); break;
            case GovernEntry: WithdrawnPosition = position; break;
            case FaultEntry fault: Take(fault, entry); break;
            case TickEntry: break;
            default: throw new InvalidOperationException($"The simulation has no entries of kind {body.Kind}.");
        }
    }

    private StateRoot RootAfter(VerdictEntry verdict) => _roots.GetValueOrDefault((verdict.CaseId, verdict.Attempt));

    private string? FindWrong(TicketEntry ticket, PublicKey signer)
    {
        if (!Nodes.TryGetValue(signer, out NaiveNode? node) || !node.IsVerifier) return "it is no verifier's";
        if (!node.IsActive) return "the verifier is disqualified, or banned";
        if (ticket.Epoch != _epoch) return "it is of another epoch";
        if (!node.IsQualifiedAt(Math.Max(0, _epoch - 1))) return "its key is too young";
        byte[] beta = new byte[Vrf.OutputSize];
        if (!Vrf.TryVerify(node.VrfKey, TicketEntry.Input(_world.Network, _epoch, Randomness[^1].Value), ticket.Proof.Span, beta)) return "its proof does not hold";
        return _lowest is not null && beta.AsSpan().SequenceCompareTo(_lowest) >= 0 ? "a lower one is in" : null;
    }

    // Whatever is due up to a moment happens at its own time, boundaries of epochs before anything else of that time.
    private int Fire(long now)
    {
        for (int fired = 0; ; fired++)
        {
            long boundary = SimulationPlan.StartMilliseconds + (_epoch + 1) * SimulationPlan.EpochMilliseconds;
            NaiveCase? trust = _cases.Values.OrderBy(known => known.DueMilliseconds).ThenBy(known => known.Rounds.Count > 0).ThenBy(known => known.Id).FirstOrDefault();
            NaiveTask? phase = Open().OrderBy(task => task.DueMilliseconds).ThenBy(task => task.Id).FirstOrDefault();
            NaiveTask? end = Open().OrderBy(task => task.Submit.DeadlineMilliseconds).ThenBy(task => task.Id).FirstOrDefault();
            NaiveFault? fault = _faults.Values.OrderBy(known => known.DueMilliseconds).ThenBy(known => known.Rounds.Count > 0).ThenBy(known => known.Id).FirstOrDefault();
            long due = new[] { boundary, fault?.DueMilliseconds ?? long.MaxValue, trust?.DueMilliseconds ?? long.MaxValue, phase?.DueMilliseconds ?? long.MaxValue, end?.Submit.DeadlineMilliseconds ?? long.MaxValue }.Min();
            if (due > now) return fired;
            _clock = Math.Max(_clock, due);
            if (due == boundary) OpenEpoch();
            else if (due == trust?.DueMilliseconds) OnDue(trust);
            else if (due == phase?.DueMilliseconds) OnDue(phase, due);
            else if (due == end?.Submit.DeadlineMilliseconds) Expire(end);
            else OnDue(fault!, due);
        }
    }

    private IEnumerable<NaiveTask> Open() => Tasks.Values.Where(task => task.Phase != TaskPhase.Ended);

    private void OpenEpoch()
    {
        var next = new TaggedHash(_lowest is null ? Tags.BeaconNone : Tags.Beacon).Add(_world.Network.Value).Add((ulong)_epoch).Add(Randomness[^1].Value);
        Randomness.Add(((_lowest is null ? next : next.Add(_lowest)).ToDigest(), _lowest is null));
        _lowest = null;
        _epoch++;
        ForgetFaults();
    }

    // By hand: an output of 512 bits sits iff it is below τ / W of the range.
    private bool HasSeat(ReadOnlySpan<byte> beta, long epoch) =>
        WeightAt(epoch) <= _world.Plan.CommitteeSize
        || new BigInteger(beta, isUnsigned: true, isBigEndian: true) < (BigInteger.Pow(2, 512) * _world.Plan.CommitteeSize + WeightAt(epoch) - 1) / WeightAt(epoch);
}
