using System.Security.Cryptography;
using System.Text.Json;

namespace Errand.Platform;

/// <summary>Wycheproof tests of AEADs, MACs and key derivation. True is accepted, false refused, null a test of what nothing here does.</summary>
internal static class WycheproofSymmetric
{
    private const int NonceSize = 12;
    private const int TagSize = 16;
    private const int HkdfBlocksMax = 255;

    private delegate void Encrypt(ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> plaintext, Span<byte> ciphertext, Span<byte> tag, ReadOnlySpan<byte> aad);

    private delegate void Decrypt(ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> ciphertext, ReadOnlySpan<byte> tag, Span<byte> plaintext, ReadOnlySpan<byte> aad);

    internal static bool? AesGcm(JsonElement test)
    {
        using var aes = new AesGcm(test.Hex("key"), TagSize);
        return Aead(test, aes.Encrypt, aes.Decrypt);
    }

    internal static bool? ChaCha20Poly1305(JsonElement test)
    {
        using var chaCha = new ChaCha20Poly1305(test.Hex("key"));
        return Aead(test, chaCha.Encrypt, chaCha.Decrypt);
    }

    internal static bool? Hmac(HashAlgorithmName hash, JsonElement test) => CryptographicOperations.HmacData(hash, test.Hex("key"), test.Hex("msg")).AsSpan().StartsWith(test.Hex("tag"));

    internal static bool? Hkdf(HashAlgorithmName hash, JsonElement test)
    {
        int size = test.Number("size");
        int sizeMax = HkdfBlocksMax * CryptographicOperations.HashData(hash, []).Length;
        return size <= sizeMax && HKDF.DeriveKey(hash, test.Hex("ikm"), size, test.Hex("salt"), test.Hex("info")).AsSpan().SequenceEqual(test.Hex("okm"));
    }

    // Nonces of other lengths are not taken by the platform and never made here.
    private static bool? Aead(JsonElement test, Encrypt encrypt, Decrypt decrypt)
    {
        byte[] nonce = test.Hex("iv"), aad = test.Hex("aad"), message = test.Hex("msg"), expected = test.Hex("ct"), tag = test.Hex("tag");
        if (nonce.Length != NonceSize || tag.Length != TagSize) return null;
        var plaintext = new byte[expected.Length];
        try
        {
            decrypt(nonce, expected, tag, plaintext, aad);
        }
        catch (AuthenticationTagMismatchException)
        {
            return false;
        }
        if (!plaintext.AsSpan().SequenceEqual(message)) return false;
        var ciphertext = new byte[message.Length];
        var ownTag = new byte[TagSize];
        encrypt(nonce, message, ciphertext, ownTag, aad);
        return ciphertext.AsSpan().SequenceEqual(expected) && ownTag.AsSpan().SequenceEqual(tag);
    }
}
