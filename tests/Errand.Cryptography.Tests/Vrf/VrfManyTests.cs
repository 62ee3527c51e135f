using CsCheck;
using Errand.Primitives;
using Errand.Tests;

namespace Errand.Cryptography.Tests;

/// <summary>Many proofs at once get the answers that they get one by one.</summary>
public sealed class VrfManyTests
{
    private static readonly VrfKey[] Keys = [.. Enumerable.Range(1, 5).Select(i => VrfKey.FromSeed([.. Enumerable.Repeat((byte)i, 32)]))];

    private static VrfClaim Claim(int number, int alphaSize = 64)
    {
        VrfKey key = Keys[number % Keys.Length];
        var alpha = new byte[alphaSize];
        if (alphaSize > 0) alpha[0] = (byte)(number & 0xFF);
        if (alphaSize > 1) alpha[1] = (byte)(number >> 8);
        var proof = new byte[Vrf.ProofSize];
        key.Prove(alpha, proof);
        return new VrfClaim(key.PublicKey, alpha, proof);
    }

    private static void AssertLikeOneByOne(params VrfClaim[] claims)
    {
        var holds = new bool[claims.Length];
        var betas = new byte[claims.Length * Vrf.OutputSize];
        Vrf.VerifyMany(claims, holds, betas);
        var beta = new byte[Vrf.OutputSize];
        for (int i = 0; i < claims.Length; i++)
        {
            Array.Clear(beta);
            Assert.Equal(Vrf.TryVerify(claims[i].Key, claims[i].Alpha.Span, claims[i].Proof.Span, beta), holds[i]);
            Assert.Equal(beta, betas.AsSpan(i * Vrf.OutputSize, Vrf.OutputSize).ToArray());
        }
    }

    [Fact]
    public void Good_proofs_hold_in_any_number()
    {
        for (int count = 0; count <= 20; count++)
        {
            VrfClaim[] claims = [.. Enumerable.Range(0, count).Select(i => Claim(i + 31 * count))];
            var holds = new bool[count];
            Vrf.VerifyMany(claims, holds, new byte[count * Vrf.OutputSize]);
            Assert.All(holds, Assert.True);
            AssertLikeOneByOne(claims);
        }
    }

    [Fact]
    public void Inputs_of_any_length_hold() => AssertLikeOneByOne([.. new[] { 0, 1, 2, 31, 255, 256, 257, 5_000 }.Select(size => Claim(7, size))]);

    [Fact]
    public void A_changed_bit_fails_its_own_proof_and_no_other()
    {
        VrfClaim[] good = [.. Enumerable.Range(0, 8).Select(i => Claim(i))];
        for (int bit = 0; bit < 8 * Vrf.ProofSize; bit += 5)
        {
            VrfClaim[] claims = [.. good];
            byte[] proof = good[bit % 8].Proof.ToArray();
            proof[bit / 8] ^= (byte)(1 << (bit % 8));
            claims[bit % 8] = good[bit % 8] with { Proof = proof };
            AssertLikeOneByOne(claims);
        }
    }

    [Fact]
    public void Proofs_and_keys_at_the_edges_are_refused_among_good_ones()
    {
        VrfClaim good = Claim(1);
        byte[] ones = [.. Enumerable.Repeat((byte)0xFF, Vrf.ProofSize)];
        AssertLikeOneByOne(
            good with { Proof = default }, good with { Proof = new byte[79] }, good with { Proof = new byte[81] }, good with { Proof = new byte[80] },
            good with { Proof = ones }, good, good with { Alpha = new byte[] { 1 } }, Claim(2));
        VrfClaim[] keys = [.. SmallOrderAndNonCanonical.Select(hex => good with { Key = new VrfPublicKey(new Bytes32(Convert.FromHexString(hex))) })];
        AssertLikeOneByOne(keys);
        AssertLikeOneByOne([.. keys.SelectMany(key => new[] { key, good })]);
        // The same encodings in Gamma's place.
        AssertLikeOneByOne([.. SmallOrderAndNonCanonical.Select(hex => good with { Proof = (byte[])[.. Convert.FromHexString(hex), .. good.Proof.Span[32..]] })]);
    }

    private static readonly string[] SmallOrderAndNonCanonical = [.. SmallOrderPoints.Encodings, .. SmallOrderPoints.NonCanonical];

    [Fact]
    public void Random_mixtures_get_the_answers_they_get_one_by_one() =>
        Gen.Select(Gen.Int[0, 999], Gen.Int[0, 3], Gen.Int[0, (8 * Vrf.ProofSize) - 1]).Array[1, 12].Sample(
            parts => AssertLikeOneByOne([.. parts.Select(part =>
            {
                VrfClaim claim = Claim(part.Item1);
                byte[] proof = claim.Proof.ToArray();
                proof[part.Item3 / 8] ^= (byte)(1 << (part.Item3 % 8));
                return part.Item2 == 0 ? claim with { Proof = proof } : part.Item2 == 1 ? claim with { Key = Keys[0].PublicKey } : claim;
            })]),
            iter: 60,
            threads: 1);
}
