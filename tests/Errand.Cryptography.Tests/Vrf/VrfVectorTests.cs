using System.Text.Json;
using Errand.Primitives;

namespace Errand.Cryptography.Tests;

/// <summary>RFC 9381 appendix B.3, examples 16 to 18, and altered proofs and keys made from them.</summary>
public sealed class VrfVectorTests
{
    [Fact]
    public void The_examples_of_RFC_9381_are_reproduced()
    {
        int count = 0;
        foreach (JsonElement vector in VectorFile.Read("ecvrf", "rfc9381-edwards25519-sha512-tai").GetProperty("vectors").EnumerateArray())
        {
            byte[] alpha = vector.Hex("alpha");
            using var key = VrfKey.FromSeed(vector.Hex("sk"));
            Assert.Equal(vector.Text("pk"), key.PublicKey.ToString());

            Assert.True(VrfSuite.TryEncodeToCurve(vector.Hex("pk"), alpha, out EdwardsPoint h));
            var encoded = new byte[32];
            EdwardsPoint.EncodeAll([h], encoded);
            Assert.Equal(vector.Hex("H"), encoded);

            var proof = new byte[Vrf.ProofSize];
            key.Prove(alpha, proof);
            Assert.Equal(vector.Hex("pi"), proof);

            var beta = new byte[Vrf.OutputSize];
            Assert.True(Vrf.TryVerify(key.PublicKey, alpha, proof, beta));
            Assert.Equal(vector.Hex("beta"), beta);
            Array.Clear(beta);
            Assert.True(Vrf.TryProofToHash(proof, beta));
            Assert.Equal(vector.Hex("beta"), beta);
            count++;
        }
        Assert.Equal(3, count);
    }

    [Fact]
    public void Altered_proofs_and_keys_are_refused_and_write_nothing()
    {
        var accepted = new List<string>();
        int count = 0;
        foreach (JsonElement vector in VectorFile.Read("ecvrf", "derived-ed25519-tai-negative-reject").GetProperty("vectors").EnumerateArray())
        {
            Assert.False(vector.GetProperty("valid").GetBoolean());
            count++;
            // A key of another length cannot be made at all.
            if (!Bytes32.TryRead(vector.Hex("pk"), out Bytes32 key)) continue;
            var beta = new byte[Vrf.OutputSize];
            if (Vrf.TryVerify(new VrfPublicKey(key), vector.Hex("alpha"), vector.Hex("pi"), beta)) accepted.Add(vector.Text("name"));
            Assert.All(beta, value => Assert.Equal(0, value));
        }
        Assert.Empty(accepted);
        Assert.Equal(24, count);
    }
}
