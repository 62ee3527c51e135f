using Errand.Primitives;

namespace Errand.Cryptography;

/// <summary>Verification of ECVRF-EDWARDS25519-SHA512-TAI (RFC 9381, suite 3), always with key validation.</summary>
/// <remarks>
/// <para>A proof is Gamma (32 bytes), c (16), s (32, below the group order). One rule for Gamma: it must be the canonical encoding of
/// a point of the curve, and no more; this is RFC 9381 to the letter. It need not be of prime order: a key's owner can add a point of
/// small order to it and still prove, but 8·Gamma, and with it beta, stays the same, so nothing is gained. The owner could make
/// many proofs anyway by choosing other nonces. Hence nothing may ever depend on the bytes of a proof, only on beta.</para>
/// <para>All inputs are public; nothing here is constant time. Pure and thread-safe: many proofs are verified by calling from many threads.</para>
/// </remarks>
public static class Vrf
{
    /// <summary>Length of a proof pi.</summary>
    public const int ProofSize = 80;

    /// <summary>Length of an output beta.</summary>
    public const int OutputSize = 64;

    private const int LanesFrom = 2;
    private const int ChallengeOffset = EdwardsPoint.Size;
    private const int ScalarOffset = ChallengeOffset + VrfSuite.ChallengeSize;

    /// <summary>True for the canonical encoding of a point that is not of small order (RFC 9381 section 5.4.5).</summary>
    /// <remarks>As there, a point of prime order with one of small order added is valid: beta, which leaves such parts out, stays unique.</remarks>
    public static bool IsValidKey(VrfPublicKey key)
    {
        Span<byte> encoded = stackalloc byte[EdwardsPoint.Size];
        key.Value.CopyTo(encoded);
        return TryDecodeKey(encoded, out _);
    }

    /// <summary>Verifies a proof and gives its output (RFC 9381 section 5.3).</summary>
    /// <param name="key">The prover's key; refused unless <see cref="IsValidKey"/>.</param>
    /// <param name="alpha">The input; any length.</param>
    /// <param name="proof">80 bytes; other lengths are refused.</param>
    /// <param name="beta">64 bytes, written only when the result is true.</param>
    /// <returns>False for any malformed or wrong input. Never throws for content.</returns>
    /// <exception cref="ArgumentException"><paramref name="beta"/> is not 64 bytes long.</exception>
    public static bool TryVerify(VrfPublicKey key, ReadOnlySpan<byte> alpha, ReadOnlySpan<byte> proof, Span<byte> beta)
    {
        RequireOutputSize(beta);
        // Encodings of Y, H, Gamma, U and V, in the order in which the challenge takes them; then 8·Gamma.
        Span<byte> encodings = stackalloc byte[6 * EdwardsPoint.Size];
        Span<byte> encodedKey = encodings[..EdwardsPoint.Size];
        key.Value.CopyTo(encodedKey);

        if (!TryDecodeProof(proof, out EdwardsPoint gamma)) return false;
        if (!TryDecodeKey(encodedKey, out EdwardsPoint y)) return false;
        if (!VrfSuite.TryEncodeToCurve(encodedKey, alpha, out EdwardsPoint h)) return false;
        ReadOnlySpan<byte> c = proof.Slice(ChallengeOffset, VrfSuite.ChallengeSize);
        ReadOnlySpan<byte> s = proof[ScalarOffset..];

        EdwardsPoint u = DoubleScalar.BaseMinus(s, c, y);
        EdwardsPoint v = DoubleScalar.Minus(s, h, c, gamma);
        EdwardsPoint.EncodeAll([h, gamma, u, v, gamma.MultiplyByCofactor()], encodings[EdwardsPoint.Size..]);

        Span<byte> expected = stackalloc byte[VrfSuite.ChallengeSize];
        VrfSuite.Challenge(encodings[..(5 * EdwardsPoint.Size)], expected);
        if (!expected.SequenceEqual(c)) return false;
        VrfSuite.Output(encodings[(5 * EdwardsPoint.Size)..], beta);
        return true;
    }

    /// <summary>Verifies many proofs: the same answers as <see cref="TryVerify"/>, about four times as fast where the processor has AVX-512.</summary>
    /// <param name="claims">Any number; best a multiple of eight.</param>
    /// <param name="holds">Set for each claim; as many as there are claims.</param>
    /// <param name="betas">64 bytes for each claim, written only where it holds.</param>
    /// <exception cref="ArgumentException"><paramref name="holds"/> or <paramref name="betas"/> has another size.</exception>
    public static void VerifyMany(ReadOnlySpan<VrfClaim> claims, Span<bool> holds, Span<byte> betas)
    {
        if (holds.Length != claims.Length) throw new ArgumentException("As many places for answers are needed as there are claims.", nameof(holds));
        if (betas.Length != claims.Length * OutputSize) throw new ArgumentException($"{OutputSize} bytes are needed for each claim.", nameof(betas));
        while (!claims.IsEmpty)
        {
            int count = Math.Min(claims.Length, FieldLanes.Count);
            // Eight at once cost as much as two one by one.
            if (FieldLanes.IsSupported && count > LanesFrom) VrfLanes.Mine.Verify(claims[..count], holds, betas);
            else
                for (int i = 0; i < count; i++) holds[i] = TryVerify(claims[i].Key, claims[i].Alpha.Span, claims[i].Proof.Span, betas.Slice(i * OutputSize, OutputSize));
            claims = claims[count..];
            holds = holds[count..];
            betas = betas[(count * OutputSize)..];
        }
    }

    /// <summary>ECVRF_decode_proof up to the decoding of Gamma.</summary>
    internal static bool TryBeginProof(ReadOnlySpan<byte> proof, out PointDecoding gamma)
    {
        gamma = default;
        return proof.Length == ProofSize
            && GroupOrder.IsAbove(proof[ScalarOffset..])
            && EdwardsPoint.TryBeginDecoding(proof[..EdwardsPoint.Size], out gamma);
    }

    /// <summary>The output of a proof that has been verified before (RFC 9381 section 5.2). It does not verify.</summary>
    /// <returns>False when the proof is malformed; <paramref name="beta"/> is then not written.</returns>
    /// <exception cref="ArgumentException"><paramref name="beta"/> is not 64 bytes long.</exception>
    public static bool TryProofToHash(ReadOnlySpan<byte> proof, Span<byte> beta)
    {
        RequireOutputSize(beta);
        if (!TryDecodeProof(proof, out EdwardsPoint gamma)) return false;
        Span<byte> encoded = stackalloc byte[EdwardsPoint.Size];
        EdwardsPoint.EncodeAll([gamma.MultiplyByCofactor()], encoded);
        VrfSuite.Output(encoded, beta);
        return true;
    }

    private static bool TryDecodeKey(ReadOnlySpan<byte> encoded, out EdwardsPoint point) =>
        EdwardsPoint.TryDecode(encoded, out point) && !point.MultiplyByCofactor().IsIdentity;

    /// <summary>ECVRF_decode_proof (section 5.4.4): a canonical Gamma and s below the group order; every c of 16 bytes is below it.</summary>
    private static bool TryDecodeProof(ReadOnlySpan<byte> proof, out EdwardsPoint gamma)
    {
        gamma = default;
        return proof.Length == ProofSize
            && GroupOrder.IsAbove(proof[ScalarOffset..])
            && EdwardsPoint.TryDecode(proof[..EdwardsPoint.Size], out gamma);
    }

    private static void RequireOutputSize(Span<byte> beta)
    {
        if (beta.Length != OutputSize) throw new ArgumentException($"An output has {OutputSize} bytes, not {beta.Length}.", nameof(beta));
    }
}
