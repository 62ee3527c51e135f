using System.Numerics;
using CsCheck;
using Errand.Primitives;

namespace Errand.Cryptography.Tests;

public sealed class VrfTests
{
    [Fact]
    public void What_a_key_proves_verifies_with_the_output_of_the_proof() =>
        Gen.Select(Gen.Byte.Array[VrfKey.SeedSize], Gen.Byte.Array[0, 200]).Sample((seed, alpha) =>
        {
            using var key = VrfKey.FromSeed(seed);
            byte[] proof = Prove(key, alpha);
            byte[] beta = new byte[Vrf.OutputSize], again = new byte[Vrf.OutputSize];
            return Vrf.TryVerify(key.PublicKey, alpha, proof, beta)
                && Vrf.TryProofToHash(proof, again)
                && beta.AsSpan().SequenceEqual(again)
                && Prove(key, alpha).AsSpan().SequenceEqual(proof);
        }, iter: 200);

    [Fact]
    public void Every_flipped_bit_of_a_proof_is_refused()
    {
        using var key = VrfKey.FromSeed(new byte[32]);
        byte[] proof = Prove(key, "alpha"u8);
        for (int bit = 0; bit < proof.Length * 8; bit++)
        {
            var altered = proof.ToArray();
            altered[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.False(Verifies(key.PublicKey, "alpha"u8, altered), $"bit {bit}");
        }
        Assert.True(Verifies(key.PublicKey, "alpha"u8, proof));
    }

    [Fact]
    public void Another_alpha_key_or_length_is_refused()
    {
        using var key = VrfKey.FromSeed(new byte[32]);
        using var other = VrfKey.Generate();
        byte[] proof = Prove(key, "alpha"u8);
        Assert.False(Verifies(key.PublicKey, "alpha "u8, proof));
        Assert.False(Verifies(key.PublicKey, [], proof));
        Assert.False(Verifies(other.PublicKey, "alpha"u8, proof));
        Assert.False(Verifies(key.PublicKey, "alpha"u8, proof.AsSpan(0, 79)));
        Assert.False(Verifies(key.PublicKey, "alpha"u8, [.. proof, 0]));
        Assert.False(Verifies(key.PublicKey, "alpha"u8, []));
        Assert.False(Vrf.TryProofToHash(proof.AsSpan(1), new byte[Vrf.OutputSize]));
    }

    [Fact]
    public void A_proof_whose_s_has_the_group_order_added_is_refused()
    {
        using var key = VrfKey.FromSeed(new byte[32]);
        byte[] proof = Prove(key, "alpha"u8);
        byte[] added = [.. proof[..48], .. NaivePoint.Number(NaivePoint.Number(proof.AsSpan(48)) + NaivePoint.Order)];
        Assert.False(Verifies(key.PublicKey, "alpha"u8, added));
        Assert.False(Vrf.TryProofToHash(added, new byte[Vrf.OutputSize]));
        Assert.False(Vrf.TryProofToHash([.. proof[..48], .. NaivePoint.Number(NaivePoint.Order)], new byte[Vrf.OutputSize]));
        Assert.True(Vrf.TryProofToHash([.. proof[..48], .. NaivePoint.Number(NaivePoint.Order - 1)], new byte[Vrf.OutputSize]));
    }

    [Fact]
    public void A_Gamma_that_is_not_canonical_or_not_on_the_curve_is_refused()
    {
        Assert.True(Vrf.TryProofToHash([.. NaivePoint.Number(3), .. new byte[48]], new byte[Vrf.OutputSize]));
        for (int i = 0; i < 19; i++)
        {
            Assert.False(Vrf.TryProofToHash([.. NaivePoint.Number(NaivePoint.P + i), .. new byte[48]], new byte[Vrf.OutputSize]));
            Assert.False(Vrf.TryProofToHash([.. NaivePoint.Number(NaivePoint.P + i + BigInteger.Pow(2, 255)), .. new byte[48]], new byte[Vrf.OutputSize]));
        }
        Assert.Null(NaivePoint.Decode(NaivePoint.Number(2)));
        Assert.False(Vrf.TryProofToHash([.. NaivePoint.Number(2), .. new byte[48]], new byte[Vrf.OutputSize]));
    }

    [Fact]
    public void T_02_keys_of_small_order_are_invalid_in_every_encoding()
    {
        Assert.Equal(8, NaivePoint.SmallOrder.Distinct().Count());
        foreach (NaivePoint point in NaivePoint.SmallOrder) AssertInvalid(point.Encode());
        // The six further encodings that a lax decoder takes for the same points.
        BigInteger top = BigInteger.Pow(2, 255), p = NaivePoint.P;
        foreach (BigInteger encoding in (BigInteger[])[p, p + top, 1 + top, p + 1, p + 1 + top, p - 1 + top]) AssertInvalid(NaivePoint.Number(encoding));
    }

    [Fact]
    public void T_02_keys_that_are_not_canonical_or_not_on_the_curve_are_invalid()
    {
        for (int i = 0; i < 19; i++)
        {
            AssertInvalid(NaivePoint.Number(NaivePoint.P + i));
            AssertInvalid(NaivePoint.Number(NaivePoint.P + i + BigInteger.Pow(2, 255)));
        }
        AssertInvalid(NaivePoint.Number(2));
    }

    [Fact]
    public void A_key_is_valid_exactly_when_eight_times_its_point_is_not_the_identity() =>
        Gen.Byte.Array[32].Sample(bytes =>
            Vrf.IsValidKey(new VrfPublicKey(new Bytes32(bytes))) == (NaivePoint.Decode(bytes) is { } point && 8 * point != NaivePoint.Identity), iter: 100);

    [Fact]
    public void A_small_order_point_added_to_Gamma_verifies_as_RFC_9381_says_and_changes_no_output()
    {
        for (int torsion = 1; torsion < 8; torsion++)
        {
            (VrfPublicKey key, byte[] honest, byte[] forged) = ProveWithTorsion(torsion, consistent: true);
            byte[] beta = new byte[Vrf.OutputSize], forgedBeta = new byte[Vrf.OutputSize];
            Assert.NotEqual(honest[..32], forged[..32]);
            Assert.True(Vrf.TryVerify(key, "alpha"u8, honest, beta));
            Assert.True(Vrf.TryVerify(key, "alpha"u8, forged, forgedBeta));
            Assert.Equal(beta, forgedBeta);
        }
    }

    [Fact]
    public void A_small_order_point_that_does_not_cancel_out_is_refused()
    {
        // A verifier that multiplied the equation by the cofactor would take these.
        for (int torsion = 1; torsion < 8; torsion++)
        {
            (VrfPublicKey key, _, byte[] forged) = ProveWithTorsion(torsion, consistent: false);
            Assert.False(Verifies(key, "alpha"u8, forged));
        }
    }

    [Fact]
    public void Verification_on_many_threads_gives_the_same_answers()
    {
        using var key = VrfKey.FromSeed(new byte[32]);
        byte[] proof = Prove(key, "alpha"u8);
        var beta = new byte[Vrf.OutputSize];
        Assert.True(Vrf.TryVerify(key.PublicKey, "alpha"u8, proof, beta));
        int wrong = 0;
        Parallel.For(0, 400, i =>
        {
            var altered = proof.ToArray();
            if (i % 3 == 0) altered[i % altered.Length] ^= 1;
            var output = new byte[Vrf.OutputSize];
            bool verified = Vrf.TryVerify(key.PublicKey, "alpha"u8, altered, output);
            if (verified != (i % 3 != 0) || (verified && !output.AsSpan().SequenceEqual(beta))) Interlocked.Increment(ref wrong);
        });
        Assert.Equal(0, wrong);
    }

    [Fact]
    public void A_wrong_output_buffer_throws()
    {
        Assert.Throws<ArgumentException>(() => Vrf.TryVerify(default, [], new byte[80], new byte[63]));
        Assert.Throws<ArgumentException>(() => Vrf.TryProofToHash(new byte[80], new byte[65]));
    }

    private static byte[] Prove(VrfKey key, ReadOnlySpan<byte> alpha)
    {
        var proof = new byte[Vrf.ProofSize];
        key.Prove(alpha, proof);
        return proof;
    }

    private static bool Verifies(VrfPublicKey key, ReadOnlySpan<byte> alpha, ReadOnlySpan<byte> proof)
    {
        var beta = new byte[Vrf.OutputSize];
        bool verified = Vrf.TryVerify(key, alpha, proof, beta);
        if (!verified) Assert.All(beta, value => Assert.Equal(0, value));
        return verified;
    }

    private static void AssertInvalid(byte[] encoded)
    {
        var key = new VrfPublicKey(new Bytes32(encoded));
        Assert.False(Vrf.IsValidKey(key), Convert.ToHexString(encoded));
        Assert.False(Verifies(key, "alpha"u8, new byte[Vrf.ProofSize]));
    }

    /// <summary>
    /// What a key's owner can do: prove with Gamma = x·H + T, T of small order, and V = k·H. The verifier computes s·H − c·Gamma =
    /// k·H − c·T, so the proof holds exactly when the order of T divides c: the owner tries nonces k until it does.
    /// </summary>
    private static (VrfPublicKey Key, byte[] Honest, byte[] Forged) ProveWithTorsion(int torsion, bool consistent)
    {
        using var key = VrfKey.FromSeed([1, .. new byte[31]]);
        byte[] hashed = System.Security.Cryptography.SHA512.HashData(key.DangerousExportSeed());
        hashed[0] &= 0xF8;
        hashed[31] = (byte)((hashed[31] & 0x7F) | 0x40);
        BigInteger x = NaivePoint.Number(hashed.AsSpan(0, 32));
        byte[] y = key.PublicKey.Value.ToArray();
        Assert.True(VrfSuite.TryEncodeToCurve(y, "alpha"u8, out EdwardsPoint fastH));
        var encodedH = new byte[32];
        EdwardsPoint.EncodeAll([fastH], encodedH);
        NaivePoint h = NaivePoint.Decode(encodedH)!.Value, t = NaivePoint.SmallOrder[torsion];
        NaivePoint gamma = x * h + t;

        for (int k = 1; ; k++)
        {
            NaivePoint u = k * NaivePoint.Base, v = k * h;
            var challenge = new byte[16];
            VrfSuite.Challenge([.. y, .. encodedH, .. gamma.Encode(), .. u.Encode(), .. v.Encode()], challenge);
            BigInteger c = NaivePoint.Number(challenge);
            if ((c * t == NaivePoint.Identity) != consistent) continue;
            byte[] forged = [.. gamma.Encode(), .. challenge, .. NaivePoint.Number((k + c * x) % NaivePoint.Order)];
            return (key.PublicKey, Prove(key, "alpha"u8), forged);
        }
    }
}
