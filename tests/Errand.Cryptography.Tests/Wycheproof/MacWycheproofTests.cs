using System.Security.Cryptography;

namespace Errand.Cryptography.Tests;

/// <summary>HMAC and HKDF, as the platform gives them.</summary>
public sealed class MacWycheproofTests
{
    private const int HkdfSha256OutputMax = 255 * SHA256.HashSizeInBytes;

    [Fact]
    public void Hmac_sha256_results_are_equal() => WycheproofFile.Run("hmac-sha256", (_, test) =>
        HMACSHA256.HashData(test.Hex("key"), test.Hex("msg")).AsSpan().StartsWith(test.Hex("tag")));

    [Fact]
    public void Hmac_sha512_results_are_equal() => WycheproofFile.Run("hmac-sha512", (_, test) =>
        HMACSHA512.HashData(test.Hex("key"), test.Hex("msg")).AsSpan().StartsWith(test.Hex("tag")));

    [Fact]
    public void Hkdf_sha256_results_are_equal() => WycheproofFile.Run("hkdf-sha256", (_, test) =>
    {
        int size = test.Number("size");
        if (size > HkdfSha256OutputMax)
        {
            Assert.Throws<ArgumentOutOfRangeException>(() => HKDF.DeriveKey(HashAlgorithmName.SHA256, test.Hex("ikm"), size, test.Hex("salt"), test.Hex("info")));
            return false;
        }
        return HKDF.DeriveKey(HashAlgorithmName.SHA256, test.Hex("ikm"), size, test.Hex("salt"), test.Hex("info")).AsSpan().SequenceEqual(test.Hex("okm"));
    });
}
