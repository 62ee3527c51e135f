using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Errand.Cryptography.Tests;

/// <summary>
/// The sealed format a second time, straight from docs/protocol.md section 8 and in nothing but the base class library: it
/// judges the product, so it shares no code with it.
/// </summary>
internal static class ReferenceSealer
{
    public static byte[] Header(byte[] key, byte[] salt, int chunkSize, long length, params byte[][] recipients)
    {
        byte[] commitment = HKDF.DeriveKey(HashAlgorithmName.SHA256, key, 32, salt, "errand/commit/v1"u8.ToArray());
        return HeaderWith(commitment, salt, chunkSize, length, recipients);
    }

    public static byte[] HeaderWith(byte[] commitment, byte[] salt, int chunkSize, long length, params byte[][] recipients)
    {
        byte[] map =
        [
            .. Head(5, recipients.Length == 0 ? 5 : 6),
            0, 1,
            1, .. Head(0, chunkSize),
            2, .. Head(0, length),
            3, .. Text(salt),
            4, .. Text(commitment),
            .. recipients.Length == 0 ? [] : (byte[])[5, .. Head(4, recipients.Length), .. recipients.SelectMany(Text)],
        ];
        var size = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(size, map.Length);
        return [.. "ERRAND\x1A\n"u8, .. size, .. map];
    }

    public static byte[] FileKey(byte[] key, byte[] salt, byte[] header) => HKDF.DeriveKey(HashAlgorithmName.SHA256, key, 32, salt, Hash("errand/file-key/v1", Text(header)));

    public static byte[] Nonce(long chunk, bool last)
    {
        var nonce = new byte[12];
        BinaryPrimitives.WriteInt64BigEndian(nonce.AsSpan(3), chunk);
        nonce[11] = last ? (byte)1 : (byte)0;
        return nonce;
    }

    /// <summary>The pieces of a sealed file: its header, then its chunks.</summary>
    public static List<byte[]> Seal(byte[] plaintext, byte[] key, byte[] salt, int chunkSize, params byte[][] recipients)
    {
        byte[] header = Header(key, salt, chunkSize, plaintext.Length, recipients);
        List<byte[]> pieces = [header];
        using var aes = new AesGcm(FileKey(key, salt, header), 16);
        byte[][] plain = plaintext.Length == 0 ? [[]] : [.. plaintext.Chunk(chunkSize)];
        for (int i = 0; i < plain.Length; i++)
        {
            var ciphertext = new byte[plain[i].Length];
            var tag = new byte[16];
            aes.Encrypt(Nonce(i, i == plain.Length - 1), plain[i], ciphertext, tag);
            pieces.Add([.. ciphertext, .. tag]);
        }
        return pieces;
    }

    public static byte[] ContentId(List<byte[]> pieces, long plaintextLength) =>
        Hash("errand/content/v1", Head(0, pieces.Count), Head(0, plaintextLength), Text(TreeHash(pieces)))[..32];

    // RFC 9162 section 2.1.1, word for word: split at the largest power of two below n.
    private static byte[] TreeHash(List<byte[]> leaves)
    {
        if (leaves.Count == 1) return SHA256.HashData([0, .. leaves[0]]);
        int split = 1;
        while (split * 2 < leaves.Count) split *= 2;
        return SHA256.HashData([1, .. TreeHash(leaves[..split]), .. TreeHash(leaves[split..])]);
    }

    private static byte[] Hash(string tag, params byte[][] items) =>
        SHA512.HashData([.. Head(4, items.Length + 1), .. Head(3, tag.Length), .. Encoding.ASCII.GetBytes(tag), .. items.SelectMany(item => item)]);

    private static byte[] Text(byte[] bytes) => [.. Head(2, bytes.Length), .. bytes];

    private static byte[] Head(int major, long value)
    {
        int first = major << 5;
        var wide = new byte[8];
        BinaryPrimitives.WriteInt64BigEndian(wide, value);
        return value switch
        {
            < 24 => [(byte)(first | (int)value)],
            < 1 << 8 => [(byte)(first | 24), .. wide[7..]],
            < 1 << 16 => [(byte)(first | 25), .. wide[6..]],
            < 1L << 32 => [(byte)(first | 26), .. wide[4..]],
            _ => [(byte)(first | 27), .. wide],
        };
    }
}
