using System.Numerics;
using Errand.Primitives;

namespace Errand.Protocol;

/// <summary>Private sortition in exact integers (docs/protocol.md section 5): each sits by its own VRF output.</summary>
public static class Lottery
{
    private static readonly BigInteger OutputRange = BigInteger.One << 512;

    /// <summary>The VRF input x = H("errand/lottery/v1", network, role, case id, randomness, attempt, round), 64 bytes.</summary>
    public static byte[] Input(NetworkId network, CommitteeRole role, Bytes32 caseId, Bytes32 randomness, int attempt, int round) =>
        new TaggedHash(Tags.Lottery).Add(network.Value).Add((ulong)role).Add(caseId).Add(randomness)
            .Add((ulong)attempt).Add((ulong)round).ToBytes64();

    /// <summary>A verifier sits iff β·W &lt; τ·2^512, and always if W ≤ τ.</summary>
    /// <param name="beta">64 bytes, a big-endian number.</param>
    /// <param name="weight">W, the number of verifiers in the lottery.</param>
    /// <param name="size">τ.</param>
    public static bool HasSeat(ReadOnlySpan<byte> beta, long weight, int size) =>
        weight <= size || new BigInteger(beta, isUnsigned: true, isBigEndian: true) * weight < size * OutputRange;

    /// <summary>τ' = min(τ, W).</summary>
    public static int Seats(long weight, int size) => (int)Math.Min(weight, size);

    /// <summary>Accepts that approve: T = ⌊3τ'/5⌋ + 1.</summary>
    public static int AcceptThreshold(int seats) => 3 * seats / 5 + 1;

    /// <summary>Rejects that reject: τ' − T + 1, from where T can no longer be reached by τ' votes.</summary>
    public static int RejectThreshold(int seats) => seats - AcceptThreshold(seats) + 1;
}
