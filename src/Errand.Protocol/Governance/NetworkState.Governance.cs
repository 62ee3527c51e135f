using System.Collections.Immutable;
using Errand.Cryptography;
using Errand.Primitives;

namespace Errand.Protocol;

/// <summary>Governance (docs/protocol.md section 6.14): changes signed by a threshold of keys, which take effect at an epoch they name.</summary>
public sealed partial class NetworkState
{
    private readonly GovernanceState _governance;
    private (long Epoch, int RulesVersion)? _halt;

    /// <summary>Where governance stands.</summary>
    public GovernanceState Governance => _governance;

    private RefusalReason Apply(GovernEntry govern, EntryContext context)
    {
        // Numbers without gaps: a set of signatures serves once, and those who sign know what it follows.
        if (govern.Number != _governance.Number + 1) return RefusalReason.GovernanceNumber;
        if (govern.Epoch <= Clock.Epoch || govern.Epoch > Clock.Epoch + ProtocolLimits.GovernanceAheadEpochsMax) return RefusalReason.GovernanceEpoch;
        if (!HasEnough(govern)) return RefusalReason.GovernanceKeys;
        byte[] message = GovernEntry.Message(Network, govern.Number, govern.Epoch, govern.Changes);
        if (!govern.Approvals.All(approval => Ed25519.Verify(approval.Key, message, approval.Signature.Span))) return RefusalReason.GovernanceSignature;
        RefusalReason refusal = TryPlan(govern, out SortedDictionary<(long Epoch, int Number), PendingChanges> pending, out SortedSet<Bytes32> withdrawn);
        if (refusal != RefusalReason.None) return refusal;

        _governance.Number = govern.Number;
        _governance.PendingMap = pending;
        _governance.WithdrawnSet = withdrawn;
        _records.Touch(_governance);
        FindHalt();
        return RefusalReason.None;
    }

    /// <summary>What would refuse a Govern entry of these changes now, whoever signs it: its form, its epoch, or what is in force and waits.</summary>
    /// <param name="epoch">At whose opening they are to take effect.</param>
    /// <param name="changes">In their order.</param>
    public RefusalReason CheckChanges(long epoch, ImmutableArray<GovernanceChange> changes)
    {
        var entry = new GovernEntry { Number = _governance.Number + 1, Epoch = epoch, Changes = changes, Approvals = [] };
        var writer = new CanonicalWriter();
        GovernEntry.WriteChanges(writer, changes);
        // Room for a signature of every key that there can be, and for the rest of the frame.
        if (writer.Span.Length > CoseSign1.SizeMax - GovernEntry.ApprovalsSizeMax) return RefusalReason.Frame;
        if (!GovernEntry.AreReadable(writer.Span)) return RefusalReason.MalformedField;
        if (epoch <= Clock.Epoch || epoch > Clock.Epoch + ProtocolLimits.GovernanceAheadEpochsMax) return RefusalReason.GovernanceEpoch;
        return TryPlan(entry, out _, out _);
    }

    private bool HasEnough(GovernEntry govern) =>
        _governance.Keys.Threshold > 0 && govern.Approvals.Length >= _governance.Keys.Threshold
        && govern.Approvals.All(approval => _governance.Keys.Keys.Contains(approval.Key));

    // What is in force later follows from governance alone, so an entry is refused now rather than found impossible when its epoch opens.
    private RefusalReason TryPlan(GovernEntry govern, out SortedDictionary<(long Epoch, int Number), PendingChanges> pending, out SortedSet<Bytes32> withdrawn)
    {
        pending = new(_governance.PendingMap);
        withdrawn = new(_governance.WithdrawnSet);
        foreach (GovernanceChange change in govern.Changes)
        {
            if (!IsPossibleNow(change, pending, withdrawn)) return RefusalReason.GovernanceChange;
        }
        GovernanceChange[] later = [.. govern.Changes.Where(change => !change.AtOnce)];
        if (later.Length > 0) pending.Add((govern.Epoch, govern.Number), new PendingChanges(govern.Epoch, govern.Number, [.. later]));
        if (pending.Count > ProtocolLimits.GovernancePendingMax) return RefusalReason.GovernancePending;

        SortedSet<Bytes32> withdrawnNow = withdrawn;
        NetworkTerms? terms = Terms.Without(withdrawnNow);
        foreach (PendingChanges changes in pending.Values)
        {
            if (changes.Changes.OfType<GovernanceChange.AddReference>().Any(add => withdrawnNow.Contains(add.Value.Digest))) return RefusalReason.GovernanceChange;
            terms = changes.ApplyTo(terms, Genesis.Development);
            if (terms is null || !HasRoom(terms)) return RefusalReason.GovernanceChange;
        }
        return RefusalReason.None;
    }

    private bool IsPossibleNow(GovernanceChange change, SortedDictionary<(long Epoch, int Number), PendingChanges> pending, SortedSet<Bytes32> withdrawn)
    {
        switch (change)
        {
            case GovernanceChange.WithdrawReference withdraw:
                return _terms.Values.Any(state => state.Terms.Has(withdraw.Digest)) && withdrawn.Add(withdraw.Digest);
            case GovernanceChange.Cancel cancel:
                PendingChanges? named = pending.Values.FirstOrDefault(changes => changes.Number == cancel.EntryNumber);
                return named is not null && pending.Remove((named.Epoch, named.Number));
            case GovernanceChange.Rescue rescue:
                return rescue.Nodes.All(node => _nodes.TryGetValue(node, out NodeState? known) && CanRescue(known));
            default:
                return true;
        }
    }

    private bool HasRoom(NetworkTerms terms)
    {
        if (ReferenceEquals(terms, Terms)) return true;
        var writer = new CanonicalWriter();
        terms.WriteTo(writer);
        int size = writer.Span.Length;
        writer.Clear();
        Terms.WriteTo(writer);
        // A genesis may be larger than what governance may make; it can still make it smaller.
        return size <= Math.Max(ProtocolLimits.TermsSizeMax, writer.Span.Length);
    }

    /// <summary>Makes the changes of an epoch, as its boundary opens it: before W is counted, so that they hold for its snapshot.</summary>
    private void MakeChanges(long epoch)
    {
        NetworkTerms terms = Terms.Without(_governance.WithdrawnSet);
        var rescues = new List<PublicKey>();
        while (_governance.PendingMap.Count > 0 && _governance.PendingMap.First().Value is var due && due.Epoch <= epoch)
        {
            _governance.PendingMap.Remove((due.Epoch, due.Number));
            terms = due.ApplyTo(terms, Genesis.Development) ?? throw new InvalidOperationException($"Govern entry {due.Number} was planned and cannot be made.");
            foreach (GovernanceChange change in due.Changes) MakeChange(change, rescues);
            _records.Touch(_governance);
        }
        if (!ReferenceEquals(terms, Terms)) PutInForce(terms);
        if (rescues.Count > 0) RescueNodes(rescues, epoch);
        FindHalt();
    }

    private void MakeChange(GovernanceChange change, List<PublicKey> rescues)
    {
        switch (change)
        {
            case GovernanceChange.AdmitOperator admit: ListOperator(admit.Key, admit.Name); break;
            case GovernanceChange.RetireOperator retire: RetireOperator(retire.Key); break;
            case GovernanceChange.SetKeys keys: _governance.Keys = keys.Keys; break;
            case GovernanceChange.Rescue rescue: rescues.AddRange(rescue.Nodes); break;
            default: break;
        }
    }

    // A tenure of a rescued verifier is as good as any other, so it is given only where the network could not go on without it.
    private void RescueNodes(List<PublicKey> nodes, long epoch)
    {
        if (Clock.Weight + _weightChanges.GetValueOrDefault(epoch) >= Terms.Committee.VerifiersMin) return;
        long until = epoch + Terms.Times.QualificationEpochs;
        foreach (NodeState node in nodes.Distinct().Order().Select(id => _nodes[id]))
        {
            if (!CanRescue(node) || node.KeyAt(epoch) is not null) continue;
            node.Disqualified = false;
            // It has yet to prove its machine, and may do so at once.
            node.Proven = false;
            node.NextOfferEpoch = Math.Min(node.NextOfferEpoch, epoch);
            AddTenure(node, new Tenure(node.TenureList[^1].VrfKey, epoch, until));
            _governance.RescueUntilEpoch = Math.Max(_governance.RescueUntilEpoch, until);
            _records.Touch(node);
            _records.Touch(_governance);
        }
    }

    private static bool CanRescue(NodeState node) => node.Roles.HasFlag(NodeRoles.Verifier) && !node.Retired && !node.TenureList.IsEmpty;

    /// <summary>True while a verifier that governance requalified may be in a snapshot.</summary>
    private bool IsRescued => Clock.Epoch < _governance.RescueUntilEpoch;

    private void FindHalt() =>
        _halt = _governance.PendingMap.Values
            .SelectMany(changes => changes.Changes.OfType<GovernanceChange.Upgrade>(), (changes, upgrade) => ((long, int)?)(changes.Epoch, upgrade.RulesVersion))
            .FirstOrDefault(upgrade => upgrade!.Value.Item2 > _knownRulesVersion);

    // Unlike a number in some entry this is authenticated: software that does not know the version must not fold on. Nothing has changed yet.
    private void CheckUpgrade(long now, long position)
    {
        if (_halt is { } halt && now >= BoundaryMilliseconds(halt.Epoch)) throw new UpgradeNeededException(position, halt.RulesVersion);
    }
}
