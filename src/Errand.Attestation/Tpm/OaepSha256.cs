using System.Security.Cryptography;

namespace Errand.Attestation;

/// <summary>
/// EME-OAEP with SHA-256, MGF1-SHA-256 and a label (RFC 8017 section 7.1), which the BCL has only without a label. TPMs use the label
/// "IDENTITY" with a terminating zero.
/// </summary>
public static class OaepSha256
{
    private const int HashSize = 32;

    /// <summary>Pads a message to <paramref name="size"/> bytes, as they go into RSAEP.</summary>
    /// <exception cref="ArgumentException">The message is longer than size − 66 bytes.</exception>
    public static byte[] Encode(ReadOnlySpan<byte> message, ReadOnlySpan<byte> label, int size)
    {
        if (message.Length > size - 2 * HashSize - 2) throw new ArgumentException("The message is too long for the key.", nameof(message));
        // 00 ‖ maskedSeed (32) ‖ masked [ lHash ‖ 00… ‖ 01 ‖ message ]
        var encoded = new byte[size];
        Span<byte> seed = encoded.AsSpan(1, HashSize);
        Span<byte> block = encoded.AsSpan(1 + HashSize);
        SHA256.HashData(label, block);
        block[^(message.Length + 1)] = 1;
        message.CopyTo(block[^message.Length..]);
        RandomNumberGenerator.Fill(seed);
        Mask(block, seed);
        Mask(seed, block);
        return encoded;
    }

    /// <summary>The message; null when the padding is wrong. All faults look the same, and are found without early exit.</summary>
    public static byte[]? Decode(ReadOnlySpan<byte> encoded, ReadOnlySpan<byte> label)
    {
        if (encoded.Length < 2 * HashSize + 2) return null;
        byte[] bytes = encoded.ToArray();
        try
        {
            Span<byte> seed = bytes.AsSpan(1, HashSize);
            Span<byte> block = bytes.AsSpan(1 + HashSize);
            Mask(seed, block);
            Mask(block, seed);
            int bad = bytes[0];
            if (!CryptographicOperations.FixedTimeEquals(block[..HashSize], SHA256.HashData(label))) bad |= 1;
            int start = block[HashSize..].IndexOfAnyExcept((byte)0);
            if (start < 0 || block[HashSize + start] != 1) bad |= 1;
            return bad == 0 ? block[(HashSize + start + 1)..].ToArray() : null;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(bytes);
        }
    }

    // MGF1 (RFC 8017 appendix B.2.1), applied in place.
    private static void Mask(Span<byte> target, ReadOnlySpan<byte> seed)
    {
        Span<byte> input = stackalloc byte[seed.Length + 4];
        Span<byte> mask = stackalloc byte[HashSize];
        seed.CopyTo(input);
        for (int counter = 0, offset = 0; offset < target.Length; counter++, offset += HashSize)
        {
            System.Buffers.Binary.BinaryPrimitives.WriteInt32BigEndian(input[seed.Length..], counter);
            SHA256.HashData(input, mask);
            for (int i = 0; i < HashSize && offset + i < target.Length; i++) target[offset + i] ^= mask[i];
        }
        CryptographicOperations.ZeroMemory(input);
        CryptographicOperations.ZeroMemory(mask);
    }
}
