using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Errand.Cryptography;
using Errand.Primitives;

namespace Errand.Platform;

/// <summary>Wycheproof and CCTV tests of signatures and X25519. True is accepted, false refused, null a test of what nothing here does.</summary>
internal static class WycheproofSignatures
{
    // The published table for a strict cofactorless verifier: every flag refuses but a low-order component that cancels out.
    private static readonly string[] EdgesAccepted = ["low_order_component_A", "low_order_component_R"];

    internal static bool Ed25519Edge(JsonElement test) =>
        Cryptography.Ed25519.Verify(new PublicKey(new Bytes32(test.Hex("key"))), Encoding.UTF8.GetBytes(test.Text("msg")), test.Hex("sig")) == test.Flags().All(EdgesAccepted.Contains);

    internal static bool? Ed25519(JsonElement group, JsonElement test) => group.GetProperty("publicKey").Hex("pk") is { Length: Bytes32.Size } key
        ? Cryptography.Ed25519.Verify(new PublicKey(new Bytes32(key)), test.Hex("msg"), test.Hex("sig"))
        : null;

    // An all-zero secret is refused (RFC 9180 section 7.1.4), which Wycheproof leaves open.
    internal static bool? X25519(JsonElement test)
    {
        var shared = new byte[32];
        return Sodium.TryX25519(shared, test.Hex("private"), test.Hex("public")) && shared.AsSpan().SequenceEqual(test.Hex("shared"));
    }

    internal static bool? Ecdsa(JsonElement group, JsonElement test)
    {
        using var key = ECDsa.Create();
        key.ImportSubjectPublicKeyInfo(group.Hex("publicKeyDer"), out _);
        return key.VerifyData(test.Hex("msg"), test.Hex("sig"), HashOf(group)!.Value,
            group.Text("type") == "EcdsaP1363Verify" ? DSASignatureFormat.IeeeP1363FixedFieldConcatenation : DSASignatureFormat.Rfc3279DerSequence);
    }

    internal static bool? Rsa(JsonElement group, JsonElement test, RSASignaturePadding padding)
    {
        using var key = RSA.Create();
        key.ImportSubjectPublicKeyInfo(group.Hex("publicKeyDer"), out _);
        return key.VerifyData(test.Hex("msg"), test.Hex("sig"), HashOf(group)!.Value, padding);
    }

    /// <summary>The hash that a group's signatures are over; null for one that evidence does not use.</summary>
    internal static HashAlgorithmName? HashOf(JsonElement group) => group.Text("sha") switch
    {
        "SHA-1" => HashAlgorithmName.SHA1,
        "SHA-256" => HashAlgorithmName.SHA256,
        "SHA-384" => HashAlgorithmName.SHA384,
        "SHA-512" => HashAlgorithmName.SHA512,
        _ => null,
    };

    /// <summary>PSS as all evidence has it: MGF1 with the same hash and a salt of its length.</summary>
    internal static bool IsPlainPss(JsonElement group) => HashOf(group) is { } hash && group.Text("mgf") == "MGF1" && group.Text("mgfSha") == group.Text("sha")
        && group.Number("sLen") == CryptographicOperations.HashData(hash, []).Length;
}
