using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Errand.Cryptography;

/// <summary>Seals and opens the chunks of one file (STREAM over AES-256-GCM). For one thread.</summary>
/// <remarks>
/// A nonce is the chunk's number and whether it is the last. Nonces cannot repeat under a file key: the key is derived from a
/// random salt and the whole header, hence belongs to one file; within it each number is used once, and the header's length
/// says which one is the last, so no number occurs with both flags. A restarted run makes the same ciphertext from the same
/// plaintext; <see cref="ChunkOutput"/> refuses where it would differ.
/// </remarks>
internal sealed class ChunkCipher(AesGcm aes) : IDisposable
{
    private const int CounterOffset = 3;

    /// <summary>Encrypts in place: plaintext in front, room for the tag behind it.</summary>
    internal void Seal(long chunk, bool last, Span<byte> slot)
    {
        Span<byte> nonce = stackalloc byte[SealedFormat.NonceSize];
        WriteNonce(nonce, chunk, last);
        Span<byte> data = slot[..^SealedFormat.TagSize];
        aes.Encrypt(nonce, data, data, slot[^SealedFormat.TagSize..]);
    }

    /// <summary>Decrypts to <paramref name="plaintext"/>, which may be the ciphertext's own bytes; all zero when false.</summary>
    internal bool TryOpen(long chunk, bool last, ReadOnlySpan<byte> slot, Span<byte> plaintext)
    {
        Span<byte> nonce = stackalloc byte[SealedFormat.NonceSize];
        WriteNonce(nonce, chunk, last);
        try
        {
            aes.Decrypt(nonce, slot[..^SealedFormat.TagSize], slot[^SealedFormat.TagSize..], plaintext);
            return true;
        }
        catch (AuthenticationTagMismatchException)
        {
            CryptographicOperations.ZeroMemory(plaintext);
            return false;
        }
    }

    public void Dispose() => aes.Dispose();

    private static void WriteNonce(Span<byte> nonce, long chunk, bool last)
    {
        nonce[..CounterOffset].Clear();
        BinaryPrimitives.WriteInt64BigEndian(nonce[CounterOffset..], chunk);
        nonce[^1] = last ? (byte)1 : (byte)0;
    }
}
