using Errand.Primitives;

namespace Errand.Protocol;

/// <summary>Bans (docs/protocol.md section 6.15): who was at fault comes back neither on this TPM nor under this operator while they last.</summary>
public sealed partial class NetworkState
{
    private readonly Dictionary<Bytes32, BanState> _bannedKeys = [];
    private readonly Dictionary<Bytes32, BanState> _bannedOperators = [];

    // What leaves the state by itself; follows from the records.
    private readonly SortedSet<Expiry> _expiries = [];

    /// <summary>Endorsement keys that are banned, by EK id.</summary>
    public IReadOnlyDictionary<Bytes32, BanState> BannedKeys => _bannedKeys;

    /// <summary>Operators that are banned, by key.</summary>
    public IReadOnlyDictionary<Bytes32, BanState> BannedOperators => _bannedOperators;

    private bool IsBanned(PublicKey operatorKey) => _bannedOperators.ContainsKey(operatorKey.Value);

    // The node never comes back, so that one fault cannot be brought against it twice; hardware and operator do when the ban is over.
    private void Ban(NodeState node, FaultCharge charge, long position)
    {
        if (node.IsBanned) return;
        long until = Clock.Epoch + 1 + (long)ProtocolLimits.BanQualifications * Terms.Times.QualificationEpochs;
        EndOpenCases(_operators[node.Operator]);
        if (!node.Retired) Retire(node);
        node.NextOfferEpoch = ProtocolLimits.NeverEpoch;
        _records.Touch(node);
        if (node.EkId is { } ek) Put(_bannedKeys, RecordKind.EkBan, new BanState(RecordKind.EkBan, ek, until, charge, node.Id, position));
        Put(_bannedOperators, RecordKind.OperatorBan, new BanState(RecordKind.OperatorBan, node.Operator.Value, until, charge, node.Id, position));
    }

    // What the operator's other nodes have proven stands until it ends; nothing is added to it.
    private void EndOpenCases(OperatorState known)
    {
        var open = new List<TrustCase>();
        for (NodeState? node = known.FirstNode; node is not null; node = node.NextOfOperator)
            if (node.OpenCase is { } id) open.Add(_cases[id]);
        foreach (TrustCase trustCase in open)
        {
            EndTrustCase(trustCase);
            _records.Touch(_nodes[trustCase.Node]);
        }
    }

    private void Put(Dictionary<Bytes32, BanState> bans, RecordKind kind, BanState ban)
    {
        if (bans.Remove(ban.Id, out BanState? before))
        {
            _records.Remove(before);
            _expiries.Remove(new Expiry(before.UntilEpoch, kind, before.Id));
        }
        bans.Add(ban.Id, ban);
        _records.Touch(ban);
        _expiries.Add(new Expiry(ban.UntilEpoch, kind, ban.Id));
    }

    /// <summary>Takes out of the state what an epoch that opens has no more use for.</summary>
    private void Expire(long epoch)
    {
        while (_expiries.Count > 0 && _expiries.Min is var next && next.Epoch <= epoch)
        {
            _expiries.Remove(next);
            switch (next.Kind)
            {
                case RecordKind.EkBan: Lift(_bannedKeys, next.Id); break;
                case RecordKind.OperatorBan: Lift(_bannedOperators, next.Id); break;
                case RecordKind.Fault: ForgetFault(_faults[next.Id]); break;
                case RecordKind.Accuser:
                    _accusers.Remove(new PublicKey(next.Id), out AccuserState? accuser);
                    _records.Remove(accuser!);
                    break;
                default: throw new InvalidOperationException($"Records of kind {next.Kind} do not expire.");
            }
        }
    }

    private void Lift(Dictionary<Bytes32, BanState> bans, Bytes32 id)
    {
        bans.Remove(id, out BanState? ban);
        _records.Remove(ban!);
    }

    private bool TryIndex(BanState ban, RecordKind kind) => ban.UntilEpoch > Clock.Epoch && _nodes.ContainsKey(ban.Node) && _expiries.Add(new Expiry(ban.UntilEpoch, kind, ban.Id));

    private bool TryIndex(AccuserState accuser) => accuser.OpenCase is { } open
        ? _faults.TryGetValue(open.Value, out FaultCase? fault) && fault.Result == BallotResult.Open
        : accuser.ForgetEpoch > Clock.Epoch && _expiries.Add(new Expiry(accuser.ForgetEpoch, RecordKind.Accuser, accuser.Operator.Value));

    private bool TryIndex(FaultCase fault)
    {
        if (!_nodes.ContainsKey(fault.Node) || !fault.Accused.All(_nodes.ContainsKey) || !_nodes.TryGetValue(fault.Accuser, out NodeState? accuser) || !_claims.TryAdd(fault.Claim, fault)) return false;
        if (fault.Result != BallotResult.Open) return fault.Rounds.Count == 0 && fault.ForgetEpoch > Clock.Epoch && _expiries.Add(new Expiry(fault.ForgetEpoch, RecordKind.Fault, fault.Entry.Value));
        if (!_accusers.TryGetValue(accuser.Operator, out AccuserState? state) || state.OpenCase != fault.Entry) return false;
        if ((fault.Randomness is null) != (fault.Current is null) || TermsOfCase(fault.TermsNumber) is not { } terms) return false;
        fault.TakeTerms(terms);
        _deadlines.Add(fault.Current is null ? new Deadline(BoundaryMilliseconds(fault.SnapshotEpoch + 1), DeadlineKind.FaultDraw, fault.Entry.Value) : RoundDeadline(fault));
        return true;
    }

    /// <summary>A record that leaves the state at the opening of an epoch.</summary>
    private readonly record struct Expiry(long Epoch, RecordKind Kind, Bytes32 Id) : IComparable<Expiry>
    {
        public int CompareTo(Expiry other)
        {
            int order = Epoch.CompareTo(other.Epoch);
            if (order == 0) order = ((int)Kind).CompareTo((int)other.Kind);
            return order != 0 ? order : Id.CompareTo(other.Id);
        }
    }
}
