using System.Security.Cryptography;
using Errand.Cryptography;
using Errand.Primitives;

namespace Errand.Enclave.Tests;

/// <summary>A ciphertext of AES-GCM whose tag holds under two keys (Dodis, Grubbs, Ristenpart, Woodage 2018): GCM commits to no key.</summary>
/// <remarks>
/// The tag is a polynomial in the hash key, E(counter 1) + L·H + C2·H² + C1·H³ here. Two keys give two equations with C2 free on
/// either side; C1 is free as well, so one linear equation in C2 has a solution for every C1.
/// </remarks>
internal static class Salamander
{
    /// <summary>A sealed file of one chunk of 32 bytes that AES-GCM opens under both keys; its header commits to the first.</summary>
    public static (byte[] File, ContentId Content, SealedFileHeader Header) Seal(ContentKey first, ContentKey second)
    {
        byte[] honest = SealedFile.Seal(new byte[32], first, null, out _);
        Assert.True(SealedFileHeader.TryReadSize(honest.AsSpan(0, SealedFormat.PrefixSize), out int size));
        SealedFileHeader header = SealedFileHeader.TryParse(honest.AsSpan(0, size))!;
        byte[] chunk = Collide(FileKey(first, header), FileKey(second, header), Nonce());
        byte[] file = [.. honest.AsSpan(0, size), .. chunk];
        return (file, ContentIdOf(file, header), header);
    }

    /// <summary>What AES-GCM alone makes of the only chunk under a content key.</summary>
    public static bool OpensUnder(ContentKey key, byte[] file, SealedFileHeader header)
    {
        ReadOnlySpan<byte> chunk = file.AsSpan(header.Size);
        using var gcm = new AesGcm(FileKey(key, header), 16);
        try
        {
            gcm.Decrypt(Nonce(), chunk[..32], chunk[32..], new byte[32]);
            return true;
        }
        catch (AuthenticationTagMismatchException)
        {
            return false;
        }
    }

    private static byte[] Nonce() => [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1];

    private static byte[] FileKey(ContentKey key, SealedFileHeader header)
    {
        var bytes = new byte[ContentKey.Size];
        key.DangerousExport(bytes);
        byte[] info = new TaggedHash(Tags.FileKey).Add(header.Encoded.Span).ToBytes64();
        return HKDF.DeriveKey(HashAlgorithmName.SHA256, bytes, 32, header.Salt.ToArray(), info);
    }

    private static ContentId ContentIdOf(byte[] file, SealedFileHeader header)
    {
        var tree = new MerkleAccumulator();
        tree.Append(file.AsSpan(0, header.Size));
        tree.Append(file.AsSpan(header.Size));
        return new ContentId(new TaggedHash(Tags.Content).Add((ulong)tree.Count).Add((ulong)header.PlaintextLength).Add(tree.Root).ToDigest());
    }

    private static byte[] Collide(byte[] firstKey, byte[] secondKey, byte[] nonce)
    {
        using Aes first = Aes.Create(), second = Aes.Create();
        first.Key = firstKey;
        second.Key = secondKey;
        UInt128 h1 = Block(first, new byte[16]), h2 = Block(second, new byte[16]);
        byte[] counter = [.. nonce, 0, 0, 0, 1];
        UInt128 e1 = Block(first, counter), e2 = Block(second, counter);
        UInt128 lengths = 32 * 8;
        UInt128 c1 = 0x0123456789abcdef;

        // c2·(h1² + h2²) = e1 + e2 + lengths·(h1 + h2) + c1·(h1³ + h2³)
        UInt128 s1 = Multiply(h1, h1), s2 = Multiply(h2, h2);
        UInt128 right = e1 ^ e2 ^ Multiply(lengths, h1 ^ h2) ^ Multiply(c1, Multiply(s1, h1) ^ Multiply(s2, h2));
        UInt128 c2 = Multiply(right, Invert(s1 ^ s2));
        UInt128 tag = e1 ^ Multiply(lengths, h1) ^ Multiply(c2, s1) ^ Multiply(c1, Multiply(s1, h1));
        var chunk = new byte[48];
        System.Buffers.Binary.BinaryPrimitives.WriteUInt128BigEndian(chunk, c1);
        System.Buffers.Binary.BinaryPrimitives.WriteUInt128BigEndian(chunk.AsSpan(16), c2);
        System.Buffers.Binary.BinaryPrimitives.WriteUInt128BigEndian(chunk.AsSpan(32), tag);
        return chunk;
    }

    private static UInt128 Block(Aes aes, byte[] block) => System.Buffers.Binary.BinaryPrimitives.ReadUInt128BigEndian(aes.EncryptEcb(block, PaddingMode.None));

    // SP 800-38D section 6.3: the leftmost bit is the coefficient of x^0.
    private static UInt128 Multiply(UInt128 x, UInt128 y)
    {
        UInt128 z = 0, v = y;
        for (int i = 127; i >= 0; i--)
        {
            if (((x >> i) & 1) != 0) z ^= v;
            v = (v & 1) != 0 ? (v >> 1) ^ ((UInt128)0xE1 << 120) : v >> 1;
        }
        return z;
    }

    // x^(2^128 - 2).
    private static UInt128 Invert(UInt128 x)
    {
        UInt128 result = (UInt128)1 << 127;
        for (int i = 1; i < 128; i++)
        {
            x = Multiply(x, x);
            result = Multiply(result, x);
        }
        return result;
    }
}
