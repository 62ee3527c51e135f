using Errand.Cryptography;
using Errand.Primitives;
using Errand.Protocol;

namespace Errand.Simulation;

/// <summary>Admission as the judges understand it: docs/protocol.md section 6.1.</summary>
internal sealed partial class NaiveNetwork
{
    private readonly Dictionary<Bytes32, NaiveCase> _cases = [];

    private string? FindWrong(RegisterEntry register, PublicKey signer)
    {
        if (!_world.Genesis.Operators.Any(known => known.Key == register.Operator)) return "its operator is not admitted";
        if (!Ed25519.Verify(register.Operator, RegisterEntry.VouchMessage(_world.Network, signer, register.Roles), register.Vouch.Span)) return "its operator does not vouch for it";
        if (_bannedOperators.ContainsKey(register.Operator)) return "its operator is banned";
        if (Nodes.Values.Any(node => node.Id != signer && node.VrfKey == register.VrfKey)) return "its VRF key is another's";
        if (Nodes.TryGetValue(signer, out NaiveNode? known)) return known.IsBanned ? "the node has gone" : known.VrfKey == register.VrfKey ? null : "the node has changed";
        return register.Roles.HasFlag(NodeRoles.Verifier) && Nodes.Values.Any(node => node.IsVerifier && !node.IsBanned && node.Operator == register.Operator) ? "its operator has a verifier" : null;
    }

    private string? FindWrong(OfferEntry offer, PublicKey signer)
    {
        if (!Nodes.TryGetValue(signer, out NaiveNode? node)) return "the node is not registered";
        if (node.IsBanned || _bannedOperators.ContainsKey(node.Operator)) return "the node or its operator is banned";
        if (WeightAt(_epoch) < _world.Genesis.Committee.VerifiersMin) return "the network is too small";
        if (node.OpenCase is not null) return "a case of the node is open";
        if (_epoch < node.NextOfferEpoch) return "the node's pause is not over";
        if (node.IsProven && _epoch < RenewalEpoch(node)) return "the node is proven and far from its renewal";
        if (offer.Number != node.Offers + 1) return "it has the wrong number";
        foreach (NaiveNode other in Nodes.Values)
            if (other.Id != signer && _epoch < other.HardwareFreeEpoch && (other.Chip == offer.ChipId || other.Ek == offer.EkId)) return "its hardware is another's";
        if (_epoch < node.HardwareFreeEpoch && (node.Chip != offer.ChipId || node.Ek != offer.EkId)) return "the hardware has changed";
        return null;
    }

    // From half time on; or sooner, once the pause after the last proof is over: its machine may have been started again.
    private long RenewalEpoch(NaiveNode node)
    {
        (long from, long until) = node.Tenures[^1];
        return Math.Min(until - _times.QualificationEpochs / 2, from + _times.PauseEpochs);
    }

    private void Open(OfferEntry offer, NaiveNode node, int position)
    {
        var id = OfferEntry.CaseId(_world.Network, node.Id, offer.Number);
        node.Offers++;
        node.OpenCase = id;
        _cases.Add(id, new NaiveCase(id, node, offer.EvidenceDigest, _epoch, offer.ChipId!.Value, offer.EkId, position)
        {
            DueMilliseconds = SimulationPlan.StartMilliseconds + (_epoch + 1) * SimulationPlan.EpochMilliseconds,
        });
    }

    private void OnDue(NaiveCase trust)
    {
        trust.Randomness ??= Randomness[^1].Value;
        if (trust.Rounds.Count > 0) trust.Rounds[^1].Expired = true;
        if (trust.Rounds.Count == _world.Genesis.Committee.Rounds)
        {
            Close(trust);
            trust.Node.NextOfferEpoch = _epoch + 1;
            return;
        }
        trust.Rounds.Add(new NaiveBallot(SeatsAt(trust.Epoch), trust.DueMilliseconds));
        trust.DueMilliseconds += _times.RoundMilliseconds;
    }

    private void Close(NaiveCase trust)
    {
        _cases.Remove(trust.Id);
        trust.Node.OpenCase = null;
    }

    private void Decide(NaiveCase trust, bool accepted)
    {
        Close(trust);
        NaiveNode node = trust.Node;
        bool taken = Nodes.Values.Any(other => other != node && _epoch < other.HardwareFreeEpoch && (other.Chip == trust.Chip || other.Ek == trust.Ek));
        if (!accepted || taken)
        {
            LoseProof(node);
            return;
        }
        node.EndTenure(_epoch);
        node.IsProven = true;
        node.ProvenPosition = trust.Position;
        node.IsDisqualified = false;
        node.Rejections = 0;
        node.Chip = trust.Chip;
        node.Ek = trust.Ek;
        node.Tenures.Add((_epoch + 1, _epoch + 1 + _times.QualificationEpochs));
        node.HardwareFreeEpoch = _epoch + 1 + _times.QualificationEpochs + _world.Genesis.Admission.CooldownEpochs;
    }

    private void LoseProof(NaiveNode node)
    {
        node.EndTenure(_epoch);
        if (node.IsProven) node.HardwareFreeEpoch = _epoch + 1 + _world.Genesis.Admission.CooldownEpochs;
        node.IsProven = false;
        node.IsDisqualified = true;
        node.NextOfferEpoch = _epoch + 1 + (1L << node.Rejections);
        node.Rejections++;
    }
}
