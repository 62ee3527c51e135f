using System.Security.Cryptography;

namespace Errand.Attestation;

/// <summary>
/// The inner part of credential protection (TPM 2.0 Part 1, section 24): from a seed shared through the endorsement key, an AES-128-CFB key
/// bound to the attestation key's Name and an HMAC key.
/// </summary>
public static class CredentialProtection
{
    /// <summary>Label under which the seed travels, as an OAEP label and in KDFe; its terminating zero counts.</summary>
    public const string IdentityLabel = "IDENTITY";

    /// <summary>Bytes of the seed: one digest of the EK's nameAlg, SHA-256.</summary>
    public const int SeedSize = 32;

    /// <summary>The longest credential.</summary>
    public const int CredentialSizeMax = 32;

    private const int AesKeySize = 16;
    private const int BlockSize = 16;
    private const TpmAlgorithm Hash = TpmAlgorithm.Sha256;

    /// <summary>Contents of the TPM2B_ID_OBJECT for a credential of 1 to 32 bytes.</summary>
    public static byte[] Wrap(ReadOnlySpan<byte> seed, ReadOnlySpan<byte> name, ReadOnlySpan<byte> credential)
    {
        if (credential.Length is 0 or > CredentialSizeMax) throw new ArgumentException($"A credential has 1 to {CredentialSizeMax} bytes.", nameof(credential));
        byte[] plain = new TpmWriter().Sized(credential).ToArray();
        try
        {
            byte[] encrypted = Crypt(seed, name, plain, encrypt: true);
            return new TpmWriter().Sized(Integrity(seed, name, encrypted)).Bytes(encrypted).ToArray();
        }
        finally
        {
            CryptographicOperations.ZeroMemory(plain);
        }
    }

    /// <summary>The credential; null when the HMAC does not hold or the blob is malformed. Nothing is decrypted before the HMAC held.</summary>
    public static byte[]? Unwrap(ReadOnlySpan<byte> seed, ReadOnlySpan<byte> name, ReadOnlySpan<byte> blob)
    {
        var reader = new TpmReader(blob);
        ReadOnlySpan<byte> integrity = reader.Sized(Hash.DigestSize());
        ReadOnlySpan<byte> encrypted = reader.Bytes(reader.Remaining);
        if (reader.Failed || encrypted.Length is 0 or > CredentialSizeMax + 2) return null;
        if (!CryptographicOperations.FixedTimeEquals(integrity, Integrity(seed, name, encrypted))) return null;
        byte[] plain = Crypt(seed, name, encrypted, encrypt: false);
        try
        {
            var inner = new TpmReader(plain);
            byte[] credential = inner.Sized(CredentialSizeMax).ToArray();
            return inner.AtEnd ? credential : null;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(plain);
        }
    }

    private static byte[] Integrity(ReadOnlySpan<byte> seed, ReadOnlySpan<byte> name, ReadOnlySpan<byte> encrypted)
    {
        byte[] key = TpmKdf.KdfA(Hash, seed, "INTEGRITY", [], [], Hash.DigestSize());
        try
        {
            byte[] input = [.. encrypted, .. name];
            return HMACSHA256.HashData(key, input);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(key);
        }
    }

    private static byte[] Crypt(ReadOnlySpan<byte> seed, ReadOnlySpan<byte> name, ReadOnlySpan<byte> input, bool encrypt)
    {
        byte[] key = TpmKdf.KdfA(Hash, seed, "STORAGE", name, [], AesKeySize);
        // CFB is a stream: what is added to fill the last block is cut off again.
        byte[] padded = new byte[(input.Length + BlockSize - 1) / BlockSize * BlockSize];
        input.CopyTo(padded);
        try
        {
            using var aes = Aes.Create();
            aes.Key = key;
            // The IV is zero (Part 1, section 24.4): the key is fresh with each seed and so never used twice.
            Span<byte> iv = stackalloc byte[BlockSize];
            iv.Clear();
            byte[] output = encrypt
                ? aes.EncryptCfb(padded, iv, PaddingMode.None, BlockSize * 8)
                : aes.DecryptCfb(padded, iv, PaddingMode.None, BlockSize * 8);
            return output[..input.Length];
        }
        finally
        {
            CryptographicOperations.ZeroMemory(key);
            CryptographicOperations.ZeroMemory(padded);
        }
    }
}
