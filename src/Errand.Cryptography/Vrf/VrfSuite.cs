using System.Security.Cryptography;
using Errand.Primitives;

namespace Errand.Cryptography;

/// <summary>The hash inputs of ECVRF-EDWARDS25519-SHA512-TAI (RFC 9381 sections 5.4 and 5.5), shared by prover and verifier.</summary>
internal static class VrfSuite
{
    internal const int ChallengeSize = 16;
    internal const int ScalarSize = 32;
    private const byte SuiteString = 0x03;
    private const byte EncodeToCurveFront = 0x01;
    private const byte ChallengeFront = 0x02;
    private const byte ProofToHashFront = 0x03;
    private const byte Back = 0x00;

    /// <summary>ECVRF_encode_to_curve_try_and_increment with the public key as salt (section 5.4.1.1).</summary>
    /// <returns>False when none of 256 attempts gives a point, which nobody will see: each fails with one half.</returns>
    internal static bool TryEncodeToCurve(ReadOnlySpan<byte> publicKey, ReadOnlySpan<byte> alpha, out EdwardsPoint point)
    {
        byte[] input = [SuiteString, EncodeToCurveFront, .. publicKey, .. alpha, 0, Back];
        Span<byte> hash = stackalloc byte[SHA512.HashSizeInBytes];
        for (int counter = 0; counter <= byte.MaxValue; counter++)
        {
            input[^2] = (byte)counter;
            SHA512.HashData(input, hash);
            if (!EdwardsPoint.TryDecode(hash[..EdwardsPoint.Size], out point)) continue;
            point = point.MultiplyByCofactor();
            if (!point.IsIdentity) return true;
        }
        point = default;
        return false;
    }

    /// <summary>One try of the same: 32 bytes that are a point's encoding, or not.</summary>
    internal static void TryHash(VrfPublicKey publicKey, ReadOnlySpan<byte> alpha, byte counter, Span<byte> encoded)
    {
        Span<byte> input = alpha.Length <= 256 ? stackalloc byte[4 + EdwardsPoint.Size + alpha.Length] : new byte[4 + EdwardsPoint.Size + alpha.Length];
        Span<byte> hash = stackalloc byte[SHA512.HashSizeInBytes];
        input[0] = SuiteString;
        input[1] = EncodeToCurveFront;
        publicKey.Value.CopyTo(input[2..]);
        alpha.CopyTo(input[(2 + EdwardsPoint.Size)..]);
        input[^2] = counter;
        input[^1] = Back;
        SHA512.HashData(input, hash);
        hash[..EdwardsPoint.Size].CopyTo(encoded);
    }

    /// <summary>ECVRF_challenge_generation over the encodings of Y, H, Gamma, U and V in this order, 32 bytes each (section 5.4.3).</summary>
    internal static void Challenge(ReadOnlySpan<byte> points, Span<byte> challenge)
    {
        Span<byte> input = stackalloc byte[3 + 5 * EdwardsPoint.Size];
        Span<byte> hash = stackalloc byte[SHA512.HashSizeInBytes];
        input[0] = SuiteString;
        input[1] = ChallengeFront;
        points.CopyTo(input[2..]);
        input[^1] = Back;
        SHA512.HashData(input, hash);
        hash[..ChallengeSize].CopyTo(challenge);
    }

    /// <summary>The output of a proof: SHA-512 of the encoding of 8·Gamma (section 5.2, step 5).</summary>
    internal static void Output(ReadOnlySpan<byte> cofactorGamma, Span<byte> beta)
    {
        Span<byte> input = stackalloc byte[3 + EdwardsPoint.Size];
        input[0] = SuiteString;
        input[1] = ProofToHashFront;
        cofactorGamma.CopyTo(input[2..]);
        input[^1] = Back;
        SHA512.HashData(input, beta);
    }
}
