using System.Security.Cryptography;
using System.Text.Json;

namespace Errand.Cryptography.Tests;

/// <summary>The signatures that attestation evidence carries, as the platform verifies them.</summary>
public sealed class SignatureWycheproofTests
{
    // The platform's DER reader takes an r or s without its leading zero as a positive number, where DER makes it a negative one. The
    // same numbers verify, only spelt in another way, so a signature is authentic either way; nothing may depend on its bytes. If the
    // platform becomes strict this test fails, and the exception goes.
    [Theory]
    [InlineData("ecdsa-p256-sha256-der", "SHA256", DSASignatureFormat.Rfc3279DerSequence)]
    [InlineData("ecdsa-p256-sha256-p1363", "SHA256", DSASignatureFormat.IeeeP1363FixedFieldConcatenation)]
    [InlineData("ecdsa-p384-sha384-der", "SHA384", DSASignatureFormat.Rfc3279DerSequence)]
    public void Ecdsa_results_are_equal_but_for_a_missing_leading_zero(string vectorCase, string hash, DSASignatureFormat format) => WycheproofFile.Run(vectorCase, (group, test) =>
    {
        using var key = ECDsa.Create();
        key.ImportSubjectPublicKeyInfo(group.Hex("publicKeyDer"), out _);
        return key.VerifyData(test.Hex("msg"), test.Hex("sig"), new HashAlgorithmName(hash), format);
    }, knownToDiffer: test => test.Flags().Contains("MissingZero"));

    // "Acceptable" are paddings without the NULL parameter, which are not DER as RFC 8017 wants it: refused.
    [Theory]
    [InlineData("rsa2048-pkcs1-sha256", "SHA256")]
    [InlineData("rsa3072-pkcs1-sha384", "SHA384")]
    public void Rsa_pkcs1_results_are_equal(string vectorCase, string hash) =>
        WycheproofFile.Run(vectorCase, (group, test) => VerifyRsa(group, test, hash, RSASignaturePadding.Pkcs1), decideAcceptable: _ => false);

    [Fact]
    public void Rsa_pss_results_are_equal() =>
        WycheproofFile.Run("rsa2048-pss-sha256", (group, test) => VerifyRsa(group, test, "SHA256", RSASignaturePadding.Pss));

    private static bool VerifyRsa(JsonElement group, JsonElement test, string hash, RSASignaturePadding padding)
    {
        using var key = RSA.Create();
        key.ImportSubjectPublicKeyInfo(group.Hex("publicKeyDer"), out _);
        return key.VerifyData(test.Hex("msg"), test.Hex("sig"), new HashAlgorithmName(hash), padding);
    }
}
