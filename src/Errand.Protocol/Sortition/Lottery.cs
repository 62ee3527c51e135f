using System.Buffers.Binary;
using System.Numerics;
using Errand.Primitives;

namespace Errand.Protocol;

/// <summary>Private sortition in exact integers (docs/protocol.md section 5): each sits by its own VRF output.</summary>
public static class Lottery
{
    private const int FractionBits = 16;
    private const ulong One = 1UL << FractionBits;
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

    /// <summary>
    /// How long into an epoch a verifier waits with its beacon ticket, in milliseconds: half an epoch · log2(1 + r) / log2(1 + W), with r = β·W / 2^512 the
    /// lower tickets that are to be expected (docs/protocol.md section 7).
    /// </summary>
    /// <remarks>
    /// Equal times for r from 1 to 2, from 2 to 4 and so on: however many verifiers there are, and however many of them sleep, a few are due while the
    /// lowest awake is on its way. Nothing depends on it but how many entries the beacon takes.
    /// </remarks>
    /// <param name="beta">64 bytes, the ticket.</param>
    /// <param name="weight">W, at least 1.</param>
    /// <param name="epochMilliseconds">Length of an epoch.</param>
    public static long TicketDelay(ReadOnlySpan<byte> beta, long weight, long epochMilliseconds)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(weight, 1);
        var rank = (ulong)(((UInt128)BinaryPrimitives.ReadUInt64BigEndian(beta) * (ulong)weight) >> (64 - FractionBits));
        UInt128 share = (UInt128)Log2(One + rank) * (ulong)(epochMilliseconds / 2);
        return (long)(share / Log2(One + (UInt128)(ulong)weight * One));
    }

    // Between powers of two a straight line: rising is all that matters. Argument and result have 16 bits behind the point.
    private static ulong Log2(UInt128 value)
    {
        int whole = (int)UInt128.Log2(value);
        var fraction = (ulong)((value << (127 - whole)) >> (127 - FractionBits)) - One;
        return ((ulong)(whole - FractionBits) << FractionBits) + fraction;
    }

    /// <summary>τ' = min(τ, W).</summary>
    public static int Seats(long weight, int size) => (int)Math.Min(weight, size);

    /// <summary>Accepts that approve: T = ⌊3τ'/5⌋ + 1.</summary>
    public static int AcceptThreshold(int seats) => 3 * seats / 5 + 1;

    /// <summary>Rejects that reject: τ' − T + 1, from where T can no longer be reached by τ' votes.</summary>
    public static int RejectThreshold(int seats) => seats - AcceptThreshold(seats) + 1;
}
