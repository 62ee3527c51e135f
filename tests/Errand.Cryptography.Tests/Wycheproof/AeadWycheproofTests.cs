using System.Security.Cryptography;
using System.Text.Json;

namespace Errand.Cryptography.Tests;

/// <summary>The AEADs of HPKE and sealed files, as the platform gives them.</summary>
public sealed class AeadWycheproofTests
{
    private const int NonceSize = 12;
    private const int TagSize = 16;

    private delegate void Encrypt(ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> plaintext, Span<byte> ciphertext, Span<byte> tag, ReadOnlySpan<byte> aad);

    private delegate void Decrypt(ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> ciphertext, ReadOnlySpan<byte> tag, Span<byte> plaintext, ReadOnlySpan<byte> aad);

    // 119 tests have nonces of other lengths, which the platform does not take and we never make.
    [Fact]
    public void Aes_gcm_results_are_equal() => WycheproofFile.Run("aes-gcm", (_, test) =>
    {
        using var aes = new AesGcm(test.Hex("key"), TagSize);
        return Accepts(test, aes.Encrypt, aes.Decrypt);
    }, skippedExpected: 119);

    // 9 tests have nonces of other lengths.
    [Fact]
    public void ChaCha20_poly1305_results_are_equal() => WycheproofFile.Run("chacha20-poly1305", (_, test) =>
    {
        using var chaCha = new ChaCha20Poly1305(test.Hex("key"));
        return Accepts(test, chaCha.Encrypt, chaCha.Decrypt);
    }, skippedExpected: 9);

    private static bool? Accepts(JsonElement test, Encrypt encrypt, Decrypt decrypt)
    {
        byte[] nonce = test.Hex("iv"), aad = test.Hex("aad"), message = test.Hex("msg"), expected = test.Hex("ct"), tag = test.Hex("tag");
        if (nonce.Length != NonceSize) return null;
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
