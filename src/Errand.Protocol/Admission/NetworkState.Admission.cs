using Errand.Cryptography;
using Errand.Primitives;

namespace Errand.Protocol;

/// <summary>Admission (docs/protocol.md section 6.1): registration, Proof of Trust cases, tenures.</summary>
public sealed partial class NetworkState
{
    // Indexes over nodes; they follow from the nodes' records. Keys that only a tenure names still are in the second one.
    private readonly RecordMap<VrfPublicKey, NodeState> _vrfKeys = new(node => node.VrfKey);
    private readonly Dictionary<VrfPublicKey, NodeState> _earlierVrfKeys = [];

    private void AdmitFounders()
    {
        foreach (FoundingVerifier founder in Genesis.FoundingVerifiers)
        {
            var node = new NodeState(founder.Node, founder.Operator, NodeRoles.Verifier, founder.VrfKey);
            AddNode(node);
            AddTenure(node, new Tenure(founder.VrfKey, 0, Genesis.Times.FoundingEpochs)); // R-6.1.1.1
        }
    }

    private void AddNode(NodeState node)
    {
        _nodes.Add(node);
        _vrfKeys.Add(node);
        OperatorState known = _operators[node.Operator];
        known.AddNode(node);
        if (node.Roles.HasFlag(NodeRoles.Verifier)) known.Verifier = node;
        _records.Touch(node);
    }

    private RefusalReason Apply(RegisterEntry register, EntryContext context)
    {
        if (!IsAdmitted(register.Operator)) return RefusalReason.UnknownOperator; // R-6.1.2.1
        if (IsBanned(register.Operator)) return RefusalReason.OperatorBanned; // R-6.1.2.12
        if (!Ed25519.Verify(register.Operator, RegisterEntry.VouchMessage(Network, context.Signer, register.Roles), register.Vouch.Span)) return RefusalReason.Vouch; // R-6.1.2.2
        if (!Vrf.IsValidKey(register.VrfKey)) return RefusalReason.VrfKeyInvalid; // R-6.1.2.3
        Span<byte> beta = stackalloc byte[Vrf.OutputSize];
        if (!TryVerify(context, register.VrfKey, RegisterEntry.PossessionInput(Network, context.Signer), register.VrfPossession.Span, beta)) return RefusalReason.VrfProof; // R-6.1.2.4
        if (VrfKeyHolder(register.VrfKey) is { } holder && holder.Id != context.Signer) return RefusalReason.VrfKeyInUse; // R-6.1.2.5

        bool known = _nodes.TryGetValue(context.Signer, out NodeState? node);
        if (known && node!.Retired) return RefusalReason.Retired; // R-6.1.2.6
        if (known && !IsSameRegistration(node!, register)) return RefusalReason.RegistrationFixed; // R-6.1.2.7
        if (known && node!.OpenCase is not null && node.VrfKey != register.VrfKey) return RefusalReason.CaseOpen; // R-6.1.2.8
        if (!known && register.Roles.HasFlag(NodeRoles.Verifier) && _operators[register.Operator].Verifier is not null) return RefusalReason.OperatorHasVerifier; // R-6.1.2.9
        if (!known && !HasPlace(register.Operator)) return RefusalReason.OperatorCap; // R-6.1.2.10

        if (!known) AddNode(node = new NodeState(context.Signer, register.Operator, register.Roles, register.VrfKey));
        ChangeVrfKey(node!, register.VrfKey);
        node!.Registered = true; // R-6.1.2.11
        node.Describe(register.Endpoint, register.Site, register.Jurisdiction);
        node.Tee = register.Tee;
        _records.Touch(node);
        return RefusalReason.None;
    }

    private static bool IsSameRegistration(NodeState node, RegisterEntry register) =>
        node.Roles == register.Roles && node.Operator == register.Operator
        && (!node.Registered || (node.Tee == register.Tee && node.Site == register.Site && node.Jurisdiction == register.Jurisdiction));

    private RefusalReason ApplyRetire(EntryContext context)
    {
        if (!_nodes.TryGetValue(context.Signer, out NodeState? node)) return RefusalReason.UnknownNode; // R-6.1.3.1
        if (node.Retired) return RefusalReason.Retired; // R-6.1.3.2
        if (node.OpenCase is not null) return RefusalReason.CaseOpen; // R-6.1.3.3

        Retire(node);
        return RefusalReason.None;
    }

    private void Retire(NodeState node)
    {
        node.Retired = true; // R-6.1.3.4
        EndTenure(node);
        CoolDown(node);
        if (_operators[node.Operator] is { } known && known.Verifier == node) known.Verifier = null;
        _records.Touch(node);
    }

    private RefusalReason Apply(OfferEntry offer, EntryContext context)
    {
        RefusalReason refusal = CheckMayOffer(context.Signer);
        if (refusal != RefusalReason.None) return refusal;
        NodeState node = _nodes[context.Signer];
        if (offer.Number != node.Offers + 1) return RefusalReason.OfferNumber; // R-6.1.4.7
        if (node.Roles.HasFlag(NodeRoles.Executor) != offer.ChipId is not null) return RefusalReason.OfferShape; // R-6.1.4.8
        RefusalReason hardware = CheckEk(node, offer.EkId); // R-6.1.4.9
        if (hardware != RefusalReason.None) return hardware;
        if (HoldsHardware(node) && (node.EkId != offer.EkId || node.ChipId != offer.ChipId)) return RefusalReason.HardwareChanged; // R-6.1.4.10
        hardware = CheckChip(node, offer.ChipId); // R-6.1.4.11
        if (hardware != RefusalReason.None) return hardware;

        var trustCase = new TrustCase(OfferEntry.CaseId(Network, node.Id, offer.Number), node, offer, TakeSnapshot(), context.Position, context.Id); // R-6.1.4.12
        _cases.Add(trustCase.Id, trustCase);
        _records.Touch(trustCase);
        node.Offers = offer.Number;
        node.OpenCase = trustCase.Id;
        _records.Touch(node);
        // The committee is drawn with R(e+1), which nobody knows when the node commits itself.
        _deadlines.Add(new Deadline(BoundaryMilliseconds(Clock.Epoch + 1), DeadlineKind.TrustDraw, trustCase.Id));
        return RefusalReason.None;
    }

    /// <summary>None when a node may offer its Proof of Trust now, else why it may not.</summary>
    public RefusalReason CheckMayOffer(PublicKey id)
    {
        if (!_nodes.TryGetValue(id, out NodeState? node) || !node.Registered) return RefusalReason.UnknownNode; // R-6.1.4.1
        if (node.Retired) return RefusalReason.Retired; // R-6.1.4.2
        if (IsBanned(node.Operator)) return RefusalReason.OperatorBanned; // R-6.1.4.18
        if (Clock.Weight < Terms.Committee.VerifiersMin) return RefusalReason.NetworkTooSmall; // R-6.1.4.3
        if (node.OpenCase is not null) return RefusalReason.CaseOpen; // R-6.1.4.4
        if (Clock.Epoch < node.NextOfferEpoch) return RefusalReason.OfferCooldown; // R-6.1.4.5
        return MayRenew(node) ? RefusalReason.None : RefusalReason.OfferTooEarly; // R-6.1.4.6
    }

    // A proven node renews from half time on, or at once to change its VRF key. Before that its machine may have been started again, which
    // ends what its proof says of it and which the fold cannot see: the pause bounds what early offers cost the network.
    private bool MayRenew(NodeState node)
    {
        if (!node.Proven) return true;
        // The last tenure counts from the moment it is given, not only once it has begun.
        Tenure last = node.TenureList[^1];
        if (last.VrfKey != node.VrfKey || IsPastHalfTime(last)) return true;
        return Clock.Epoch >= last.FromEpoch + Terms.Times.PauseEpochs;
    }

    /// <summary>True when a node should renew its Proof of Trust, whatever has become of its machine.</summary>
    public bool IsRenewalTime(NodeState node)
    {
        ArgumentNullException.ThrowIfNull(node);
        return !node.Proven || node.TenureList[^1].VrfKey != node.VrfKey || IsPastHalfTime(node.TenureList[^1]);
    }

    private bool IsPastHalfTime(Tenure last) => Clock.Epoch >= last.UntilEpoch - (last.UntilEpoch - last.FromEpoch) / 2;

    private void OnTrustDraw(TrustCase trustCase, long due)
    {
        trustCase.Randomness = Clock.Randomness.Randomness;
        OpenTrustRound(trustCase, due);
    }

    private void OpenTrustRound(TrustCase trustCase, long at)
    {
        trustCase.RoundList.Add(new Ballot(trustCase.Rounds.Count + 1, Lottery.Seats(trustCase.Weight, trustCase.Terms.Committee.Size), at));
        _deadlines.Add(new Deadline(at + trustCase.Terms.Times.RoundMilliseconds, DeadlineKind.TrustRound, trustCase.Id));
        _records.Touch(trustCase);
    }

    private void OnTrustRoundOver(TrustCase trustCase, long due)
    {
        trustCase.Current!.Expire();
        if (trustCase.Rounds.Count < trustCase.Terms.Committee.Rounds) OpenTrustRound(trustCase, due);
        else CloseTrustCase(trustCase, BallotResult.Undecided);
    }

    private void CloseTrustCase(TrustCase trustCase, BallotResult result)
    {
        NodeState node = _nodes[trustCase.Node];
        EndTrustCase(trustCase);
        // One TPM or chip that two nodes offered at once is the first one's; the other case shows hardware that it may not stand on.
        bool taken = CheckEk(node, trustCase.EkId) != RefusalReason.None || CheckChip(node, trustCase.ChipId) != RefusalReason.None;
        switch (result)
        {
            case BallotResult.Accepted when !taken: // R-6.1.5.1
                EndTenure(node);
                node.Proven = true;
                node.ProvenPosition = trustCase.OfferPosition;
                node.ProvenInRescue = trustCase.Rescue;
                node.Disqualified = false;
                node.RejectionsInRow = 0;
                long until = Clock.Epoch + 1 + trustCase.Terms.Times.QualificationEpochs;
                AddTenure(node, new Tenure(trustCase.VrfKey, Clock.Epoch + 1, until));
                BindHardware(node, trustCase.EkId, trustCase.ChipId, until + trustCase.Terms.Admission.CooldownEpochs);
                break;
            case BallotResult.Accepted or BallotResult.Rejected: // R-6.1.5.2
                LoseProof(node);
                break;
            case BallotResult.Undecided: // R-6.1.5.3
                // The committee slept: the node keeps what it has and may ask again.
                node.NextOfferEpoch = Clock.Epoch + 1;
                break;
            default:
                throw new InvalidOperationException($"A case cannot close as {result}.");
        }
        _records.Touch(node);
    }

    private void EndTrustCase(TrustCase trustCase)
    {
        _deadlines.Remove(trustCase.Current is { } round
            ? new Deadline(round.OpenedMilliseconds + trustCase.Terms.Times.RoundMilliseconds, DeadlineKind.TrustRound, trustCase.Id)
            : new Deadline(BoundaryMilliseconds(trustCase.SnapshotEpoch + 1), DeadlineKind.TrustDraw, trustCase.Id));
        _cases.Remove(trustCase.Id);
        GiveBackRoom(_cases);
        _records.Remove(trustCase);
        ReleaseTerms(trustCase.Terms);
        _nodes[trustCase.Node].OpenCase = null;
    }

    // A quorum has rejected the machine's evidence, in its own case or for a task: it counts for nothing until it proves itself again.
    private void LoseProof(NodeState node)
    {
        EndTenure(node);
        if (node.Proven) CoolDown(node);
        node.Proven = false;
        node.Disqualified = true;
        // Whole epochs: what is left of the current one does not count.
        node.NextOfferEpoch = Clock.Epoch + 1 + (1L << Math.Min(node.RejectionsInRow, ProtocolLimits.CooldownExponentMax));
        node.RejectionsInRow++;
        _records.Touch(node);
    }

    // An old key stays taken as long as a tenure names it.
    private void ChangeVrfKey(NodeState node, VrfPublicKey key)
    {
        if (node.VrfKey == key) return;
        _vrfKeys.Remove(node.VrfKey);
        if (node.TenureList.Any(tenure => tenure.VrfKey == node.VrfKey)) _earlierVrfKeys.Add(node.VrfKey, node);
        // It may go back to a key that one of its tenures names.
        _earlierVrfKeys.Remove(key);
        node.VrfKey = key;
        _vrfKeys.Add(node);
    }

    private void FreeVrfKey(NodeState node, VrfPublicKey key)
    {
        if (!node.TenureList.Any(tenure => tenure.VrfKey == key)) _earlierVrfKeys.Remove(key);
    }

    private NodeState? VrfKeyHolder(VrfPublicKey key) => _vrfKeys.TryGetValue(key, out NodeState? node) ? node : _earlierVrfKeys.GetValueOrDefault(key);

    private void AddTenure(NodeState node, Tenure tenure)
    {
        // No case that is still open can name a snapshot older than the longest task.
        long oldest = Clock.Epoch - ProtocolLimits.TaskTimeMaxMilliseconds / Genesis.Times.EpochMilliseconds - 1;
        while (node.TenureList.Length > 0 && node.TenureList[0] is var first && first.UntilEpoch < oldest)
        {
            node.TenureList = node.TenureList.RemoveAt(0);
            FreeVrfKey(node, first.VrfKey);
        }
        node.TenureList = node.TenureList.Add(tenure);
        ChangeWeight(node, tenure.FromEpoch, 1);
        ChangeWeight(node, tenure.UntilEpoch, -1);
    }

    // From the next epoch on the node is in no snapshot; snapshots that hold it stay as they are.
    private void EndTenure(NodeState node)
    {
        if (node.TenureList.IsEmpty) return;
        Tenure last = node.TenureList[^1];
        if (last.UntilEpoch <= Clock.Epoch + 1) return;
        ChangeWeight(node, last.UntilEpoch, 1);
        if (last.FromEpoch > Clock.Epoch)
        {
            ChangeWeight(node, last.FromEpoch, -1);
            node.TenureList = node.TenureList.RemoveAt(node.TenureList.Length - 1);
            FreeVrfKey(node, last.VrfKey);
            return;
        }
        node.TenureList = node.TenureList.SetItem(node.TenureList.Length - 1, last with { UntilEpoch = Clock.Epoch + 1 });
        ChangeWeight(node, Clock.Epoch + 1, -1);
    }

    private void ChangeWeight(NodeState node, long epoch, long change)
    {
        if (!node.Roles.HasFlag(NodeRoles.Verifier)) return;
        _weightChanges.TryGetValue(epoch, out long sum);
        if (sum + change == 0) _weightChanges.Remove(epoch);
        else _weightChanges[epoch] = sum + change;
    }
}
