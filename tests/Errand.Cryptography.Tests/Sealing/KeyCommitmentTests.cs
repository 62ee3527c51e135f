using System.Security.Cryptography;
using Errand.Primitives;

namespace Errand.Cryptography.Tests;

public sealed class KeyCommitmentTests
{
    private const int Length = 8 * 16;

    [Fact]
    public void T_23_content_two_keys_is_refused_by_the_key_commitment()
    {
        byte[] first = Sample.KeyBytes(1), second = Sample.KeyBytes(2), salt = Sample.Bytes(32, 77);
        foreach ((byte[] committed, int good, int bad) in new[] { (first, 1, 2), (second, 2, 1) })
        {
            byte[] header = ReferenceSealer.Header(committed, salt, Sample.ChunkSize, Length);
            byte[] firstFileKey = ReferenceSealer.FileKey(first, salt, header), secondFileKey = ReferenceSealer.FileKey(second, salt, header);
            byte[] chunk = Salamander(firstFileKey, secondFileKey, ReferenceSealer.Nonce(0, last: true), Length);
            // The attack is real: AES-GCM itself opens the chunk under both keys, to different plaintexts.
            byte[] firstPlaintext = Decrypt(firstFileKey, chunk), secondPlaintext = Decrypt(secondFileKey, chunk);
            Assert.NotEqual(firstPlaintext, secondPlaintext);

            byte[] file = [.. header, .. chunk];
            var id = new ContentId(new Bytes32(ReferenceSealer.ContentId([header, chunk], Length)));
            (SealingResult opened, byte[] written) = Sample.Open(file, id, good);
            Assert.True(opened.Succeeded);
            Assert.Equal(good == 1 ? firstPlaintext : secondPlaintext, written);

            (SealingResult refused, written) = Sample.Open(file, id, bad);
            Assert.Equal("key-commitment", refused.Failure.Code);
            Assert.Empty(written);
            Assert.Equal("key-commitment", Sample.Open(file, expected: null, bad).Result.Failure.Code);
        }
    }

    [Fact]
    public void Commitment_to_neither_key_opens_under_neither()
    {
        byte[] first = Sample.KeyBytes(1), second = Sample.KeyBytes(2), salt = Sample.Bytes(32, 78);
        byte[] header = ReferenceSealer.HeaderWith(new byte[32], salt, Sample.ChunkSize, Length);
        byte[] chunk = Salamander(ReferenceSealer.FileKey(first, salt, header), ReferenceSealer.FileKey(second, salt, header), ReferenceSealer.Nonce(0, last: true), Length);
        var id = new ContentId(new Bytes32(ReferenceSealer.ContentId([header, chunk], Length)));
        Assert.Equal("key-commitment", Sample.Open([.. header, .. chunk], id, 1).Result.Failure.Code);
        Assert.Equal("key-commitment", Sample.Open([.. header, .. chunk], id, 2).Result.Failure.Code);
    }

    [Fact]
    public void T_24_header_swapped_is_another_content_and_gives_nothing_out()
    {
        byte[] key = Sample.KeyBytes();
        byte[] salt = Sample.Options().DangerousSalt!.Value.ToArray();
        foreach (int length in new[] { 1, 100, 3 * Sample.ChunkSize, 40 * Sample.ChunkSize + 5 })
        {
            (byte[] file, SealedFileInfo info) = Sample.Seal(length);
            byte[] chunks = file[Sample.Header(file).Size..];
            byte[][] headers =
            [
                // Salt alone; then as if by someone who holds the key, so that the commitment fits.
                ReferenceSealer.HeaderWith(Sample.Header(file).KeyCommitment.ToArray(), Sample.Bytes(32, 9), Sample.ChunkSize, length),
                ReferenceSealer.Header(key, Sample.Bytes(32, 9), Sample.ChunkSize, length),
                ReferenceSealer.Header(key, salt, 2 * Sample.ChunkSize, length),
                ReferenceSealer.Header(key, salt, Sample.ChunkSize, length - 1),
                ReferenceSealer.Header(key, salt, Sample.ChunkSize, length + 1),
                ReferenceSealer.Header(key, salt, Sample.ChunkSize, length + Sample.ChunkSize),
                ReferenceSealer.Header(key, salt, Sample.ChunkSize, length, [1, 2, 3]),
            ];
            foreach (byte[] header in headers)
            {
                (SealingResult result, byte[] written) = Sample.Open([.. header, .. chunks], info.ContentId, workers: 2);
                Assert.Equal("content-id", result.Failure.Code);
                Assert.Empty(written);
            }
        }
    }

    /// <summary>
    /// A ciphertext with one tag that holds under two keys (Dodis, Grubbs, Ristenpart, Woodage 2018). With H the hash key and
    /// P = E(J0), the tag is GHASH_H(C) + P. All blocks but the last are free; the last, which enters GHASH times H^2, makes
    /// both tags equal: c = (rest1 + P1 + rest2 + P2) / (H1^2 + H2^2).
    /// </summary>
    private static byte[] Salamander(byte[] firstKey, byte[] secondKey, byte[] nonce, int length)
    {
        (UInt128 h1, UInt128 p1) = Masks(firstKey, nonce);
        (UInt128 h2, UInt128 p2) = Masks(secondKey, nonce);
        byte[] ciphertext = [.. Sample.Bytes(length - 16, 5), .. new byte[16]];
        UInt128 difference = GhashField.Ghash(h1, ciphertext) ^ p1 ^ GhashField.Ghash(h2, ciphertext) ^ p2;
        UInt128 factor = GhashField.Multiply(h1, h1) ^ GhashField.Multiply(h2, h2);
        GhashField.Write(GhashField.Multiply(difference, GhashField.Invert(factor))).CopyTo(ciphertext, length - 16);
        return [.. ciphertext, .. GhashField.Write(GhashField.Ghash(h1, ciphertext) ^ p1)];
    }

    private static (UInt128 HashKey, UInt128 TagMask) Masks(byte[] key, byte[] nonce)
    {
        using var aes = Aes.Create();
        aes.Key = key;
        return (GhashField.Read(aes.EncryptEcb(new byte[16], PaddingMode.None)), GhashField.Read(aes.EncryptEcb([.. nonce, 0, 0, 0, 1], PaddingMode.None)));
    }

    private static byte[] Decrypt(byte[] fileKey, byte[] chunk)
    {
        using var aes = new AesGcm(fileKey, 16);
        var plaintext = new byte[chunk.Length - 16];
        aes.Decrypt(ReferenceSealer.Nonce(0, last: true), chunk[..^16], chunk[^16..], plaintext);
        return plaintext;
    }
}
