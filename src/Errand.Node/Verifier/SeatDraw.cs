using Errand.Cryptography;
using Errand.Primitives;
using Errand.Protocol;

namespace Errand.Node;

/// <summary>Draws a verifier's seats, once per round; bounded memory.</summary>
internal sealed class SeatDraw(VrfKey key)
{
    private const int RememberedMax = 4096;
    private readonly Dictionary<DutyId, Seat?> _drawn = [];

    /// <summary>The seat in a round, or null.</summary>
    public Seat? Draw(NetworkState state, NodeState self, CommitteeRole role, Bytes32 caseId, Bytes32 randomness, long snapshotEpoch, long weight, int size, int attempt, int round)
    {
        var draw = new DutyId(role.ToString(), caseId, attempt, round);
        if (_drawn.TryGetValue(draw, out Seat? known)) return known;
        if (_drawn.Count >= RememberedMax) _drawn.Clear();
        return _drawn[draw] = self.KeyAt(snapshotEpoch) == key.PublicKey
            ? Draw(state, role, caseId, randomness, weight, size, attempt, round)
            : null;
    }

    private Seat? Draw(NetworkState state, CommitteeRole role, Bytes32 caseId, Bytes32 randomness, long weight, int size, int attempt, int round)
    {
        var proof = new byte[Vrf.ProofSize];
        var beta = new byte[Vrf.OutputSize];
        key.Prove(Lottery.Input(state.Network, role, caseId, randomness, attempt, round), proof);
        if (!Vrf.TryProofToHash(proof, beta)) throw new InvalidOperationException("An own VRF proof gives no output.");
        return Lottery.HasSeat(beta, weight, size) ? new Seat(role, caseId, attempt, round, proof, beta) : null;
    }
}
