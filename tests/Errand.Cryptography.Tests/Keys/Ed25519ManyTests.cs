using System.Numerics;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using CsCheck;
using Errand.Primitives;
using Errand.Tests;

namespace Errand.Cryptography.Tests;

/// <summary>Many signatures at once get the answers that libsodium gives one by one.</summary>
public sealed class Ed25519ManyTests
{
    private static readonly SigningKey[] Keys = [.. Enumerable.Range(1, 5).Select(i => SigningKey.FromSeed([.. Enumerable.Repeat((byte)i, 32)]))];

    private static SignatureClaim Claim(int number, int messageSize = 64)
    {
        SigningKey key = Keys[number % Keys.Length];
        var message = new byte[messageSize];
        for (int i = 0; i < Math.Min(2, messageSize); i++) message[i] = (byte)(number >> (8 * i) & 0xFF);
        var signature = new byte[Ed25519.SignatureSize];
        key.Sign(message, signature);
        return new SignatureClaim(key.PublicKey, message, signature);
    }

    private static void AssertLikeOneByOne(params SignatureClaim[] claims)
    {
        var holds = new bool[claims.Length];
        Ed25519.VerifyMany(claims, holds);
        for (int i = 0; i < claims.Length; i++)
            Assert.Equal(Ed25519.Verify(claims[i].Key, claims[i].Message.Span, claims[i].Signature.Span), holds[i]);
    }

    [Fact]
    public void Good_signatures_hold_in_any_number()
    {
        for (int count = 0; count <= 20; count++)
        {
            SignatureClaim[] claims = [.. Enumerable.Range(0, count).Select(i => Claim(i + 31 * count))];
            var holds = new bool[count];
            Ed25519.VerifyMany(claims, holds);
            Assert.All(holds, Assert.True);
        }
    }

    [Fact]
    public void Messages_of_any_length_hold() => AssertLikeOneByOne([.. new[] { 0, 1, 2, 31, 1_023, 1_024, 1_025, 65_000 }.Select(size => Claim(7, size))]);

    [Fact]
    public void Another_number_of_places_for_answers_is_an_error() => Assert.Throws<ArgumentException>(() => Ed25519.VerifyMany([Claim(1)], []));

    [Fact]
    public void A_changed_bit_fails_its_own_signature_and_no_other()
    {
        SignatureClaim[] good = [.. Enumerable.Range(0, 8).Select(i => Claim(i))];
        for (int bit = 0; bit < 8 * Ed25519.SignatureSize; bit += 3)
        {
            int lane = bit % 7;
            SignatureClaim[] claims = [.. good];
            byte[] signature = good[lane].Signature.ToArray();
            signature[bit / 8] ^= (byte)(1 << (bit % 8));
            claims[lane] = good[lane] with { Signature = signature };
            var holds = new bool[8];
            Ed25519.VerifyMany(claims, holds);
            for (int i = 0; i < 8; i++) Assert.Equal(i != lane, holds[i]);
        }
    }

    [Fact]
    public void T_70_ed25519_edges_many_at_once_equal_one_by_one()
    {
        SignatureClaim[] claims = [.. VectorFile.Read("wycheproof", "cctv-ed25519-edge-cases").EnumerateArray().Select(vector =>
            new SignatureClaim(new PublicKey(new Bytes32(vector.Hex("key"))), Encoding.UTF8.GetBytes(vector.Text("msg")), vector.Hex("sig")))];
        AssertLikeOneByOne(claims);
        // In other lanes, beside other neighbours.
        AssertLikeOneByOne([.. claims.Skip(3)]);
        AssertLikeOneByOne([.. claims.SelectMany(claim => new[] { claim, Claim(1) })]);
    }

    [Fact]
    public void T_70_ed25519_edges_wycheproof_results_are_equal_many_at_once() =>
        WycheproofFile.Run("ed25519", (group, test) =>
        {
            var claim = new SignatureClaim(new PublicKey(new Bytes32(group.GetProperty("publicKey").Hex("pk"))), test.Hex("msg"), test.Hex("sig"));
            var holds = new bool[8];
            Ed25519.VerifyMany([Claim(1), Claim(2), claim, Claim(3), Claim(4), claim, Claim(5), Claim(6)], holds);
            Assert.True(holds[0] && holds[1] && holds[3] && holds[4] && holds[6] && holds[7]);
            Assert.Equal(holds[2], holds[5]);
            return holds[2];
        });

    [Fact]
    public void Keys_and_nonces_at_the_edges_are_refused_among_good_ones()
    {
        SignatureClaim good = Claim(1);
        string[] edges = [.. SmallOrderPoints.Encodings, .. SmallOrderPoints.NonCanonical];
        AssertLikeOneByOne(
            good with { Signature = default }, good with { Signature = new byte[63] }, good with { Signature = new byte[65] }, good with { Signature = new byte[64] },
            good with { Signature = Enumerable.Repeat((byte)0xFF, 64).ToArray() }, good, good with { Message = new byte[] { 1 } }, Claim(2));
        AssertLikeOneByOne([.. edges.SelectMany(hex => new[] { good with { Key = new PublicKey(new Bytes32(Convert.FromHexString(hex))) }, good })]);
        AssertLikeOneByOne([.. edges.SelectMany(hex => new[] { good with { Signature = (byte[])[.. Convert.FromHexString(hex), .. good.Signature.Span[32..]] }, good })]);
        // R of small order and A of small order, S = 0: the equation can hold, and must not help.
        AssertLikeOneByOne([.. from a in edges from r in edges select new SignatureClaim(
            new PublicKey(new Bytes32(Convert.FromHexString(a))), "m"u8.ToArray(), (byte[])[.. Convert.FromHexString(r), .. new byte[32]])]);
    }

    // What a cofactored or a summed verification would take: points of small order added to A, R or both, with S made to fit.
    [Fact]
    public void Points_with_a_part_of_small_order_get_the_answers_they_get_one_by_one()
    {
        BigInteger secret = 0x1234567, nonce = 0x7654321;
        var claims = new List<SignatureClaim>();
        for (byte message = 0; message < 16; message++)
        {
            foreach (NaivePoint inKey in NaivePoint.SmallOrder)
            {
                foreach (NaivePoint inNonce in NaivePoint.SmallOrder)
                {
                    byte[] key = (secret * NaivePoint.Base + inKey).Encode();
                    byte[] r = (nonce * NaivePoint.Base + inNonce).Encode();
                    BigInteger k = NaivePoint.Number(SHA512.HashData([.. r, .. key, message])) % NaivePoint.Order;
                    byte[] s = NaivePoint.Number((nonce + k * secret) % NaivePoint.Order);
                    claims.Add(new SignatureClaim(new PublicKey(new Bytes32(key)), new[] { message }, (byte[])[.. r, .. s]));
                }
            }
        }
        var holds = new bool[claims.Count];
        Ed25519.VerifyMany([.. claims], holds);
        Assert.Contains(false, holds);
        // Parts that cancel out, beside plain ones.
        Assert.True(holds.Count(hold => hold) > 16);
        AssertLikeOneByOne([.. claims]);
    }

    [Fact]
    public void Random_mixtures_get_the_answers_they_get_one_by_one() =>
        Gen.Select(Gen.Int[0, 999], Gen.Int[0, 4], Gen.Int[0, (8 * Ed25519.SignatureSize) - 1], Gen.Int[0, 300]).Array[1, 20].Sample(
            parts => AssertLikeOneByOne([.. parts.Select(part =>
            {
                SignatureClaim claim = Claim(part.Item1, part.Item4);
                byte[] signature = claim.Signature.ToArray();
                signature[part.Item3 / 8] ^= (byte)(1 << (part.Item3 % 8));
                return part.Item2 switch
                {
                    0 => claim with { Signature = signature },
                    1 => claim with { Key = Keys[0].PublicKey },
                    2 => claim with { Key = new PublicKey(new Bytes32(SHA256.HashData(signature))) },
                    _ => claim,
                };
            })]),
            iter: 200,
            threads: 1);
}
