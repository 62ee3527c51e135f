using System.Text.Json;
using Errand.Cryptography;
using Errand.Primitives;

namespace Errand.Platform;

/// <summary>Cases of RFC 9381: proofs made and verified, and altered ones refused. Of its suites one is implemented.</summary>
internal static class EcvrfVectors
{
    private const string Suite = "ECVRF-EDWARDS25519-SHA512-TAI";

    /// <summary>Runs all tests of a file; gives the reason when its suite is not implemented.</summary>
    internal static string? Run(VectorCase vector, VectorTally tally)
    {
        using JsonDocument document = JsonDocument.Parse(vector.Find("vectors") ?? throw new InvalidDataException("The case has no vectors."));
        if (document.RootElement.Text("suite") is var suite && suite != Suite) return $"suite {suite} is not implemented; {Suite} is";
        foreach (JsonElement test in document.RootElement.GetProperty("vectors").EnumerateArray())
        {
            bool valid = !test.TryGetProperty("valid", out JsonElement expected) || expected.GetBoolean();
            string name = test.TryGetProperty("name", out JsonElement text) ? text.GetString()! : $"example {test.GetProperty("example")}";
            tally.Count(valid == Verifies(test) && (!valid || Reproduces(test)), name);
        }
        return null;
    }

    private static bool Verifies(JsonElement test)
    {
        if (!Bytes32.TryRead(test.Hex("pk"), out Bytes32 key)) return false;
        var beta = new byte[Vrf.OutputSize];
        return Vrf.TryVerify(new VrfPublicKey(key), test.Hex("alpha"), test.Hex("pi"), beta) && (!test.TryGetProperty("beta", out _) || test.Hex("beta").AsSpan().SequenceEqual(beta));
    }

    private static bool Reproduces(JsonElement test)
    {
        if (!test.TryGetProperty("sk", out _)) return true;
        using var key = VrfKey.FromSeed(test.Hex("sk"));
        var proof = new byte[Vrf.ProofSize];
        key.Prove(test.Hex("alpha"), proof);
        var beta = new byte[Vrf.OutputSize];
        return key.PublicKey.ToString() == test.Text("pk") && proof.AsSpan().SequenceEqual(test.Hex("pi")) && Vrf.TryProofToHash(proof, beta) && beta.AsSpan().SequenceEqual(test.Hex("beta"));
    }
}
