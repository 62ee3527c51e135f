using System.Security.Cryptography;

namespace Errand.Cryptography;

/// <summary>DHKEM(X25519, HKDF-SHA256) (RFC 9180 sections 4.1 and 7.1). Sizes: public key 32, private key 32, enc 32, secret 32.</summary>
internal static class DhKemX25519
{
    internal const int PublicKeySize = 32;
    internal const int EncSize = 32;
    internal const int RandomnessSize = 32;

    // "KEM" || I2OSP(0x0020, 2).
    private static ReadOnlySpan<byte> SuiteId => [(byte)'K', (byte)'E', (byte)'M', 0x00, 0x20];

    /// <summary>DeriveKeyPair(ikm): the private key of 32 bytes of key material (RFC 9180 section 7.1.3).</summary>
    internal static void DeriveKeyPair(ReadOnlySpan<byte> ikm, Span<byte> privateKey, Span<byte> publicKey)
    {
        Span<byte> prk = stackalloc byte[LabeledHkdf.ExtractSize];
        try
        {
            LabeledHkdf.Extract(SuiteId, [], "dkp_prk"u8, ikm, prk);
            LabeledHkdf.Expand(SuiteId, prk, "sk"u8, [], privateKey);
            Sodium.X25519Base(publicKey, privateKey);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(prk);
        }
    }

    /// <summary>True for canonical encodings, below 2^255 − 19, of points that are not of small order.</summary>
    /// <remarks>
    /// RFC 7748 would also take other encodings, with the same meaning; a key here has one name. Points of small order give an
    /// all-zero secret with every private key.
    /// </remarks>
    internal static bool IsValidPublicKey(ReadOnlySpan<byte> publicKey)
    {
        if ((publicKey[PublicKeySize - 1] & 0x80) != 0 || !FieldElement.TryDecode(publicKey, out _)) return false;
        // Clamping makes every private key a multiple of the cofactor, so any one of them shows a point of small order.
        Span<byte> anyPrivateKey = stackalloc byte[32];
        Span<byte> shared = stackalloc byte[32];
        anyPrivateKey.Fill(0x42);
        return Sodium.TryX25519(shared, anyPrivateKey, publicKey);
    }

    /// <summary>Encap(pkR) with the ephemeral key of <paramref name="randomness"/>; false when the shared secret is all zero.</summary>
    internal static bool TryEncapsulate(ReadOnlySpan<byte> publicKey, ReadOnlySpan<byte> randomness, Span<byte> enc, Span<byte> secret)
    {
        Span<byte> ephemeral = stackalloc byte[32];
        Span<byte> shared = stackalloc byte[32];
        try
        {
            DeriveKeyPair(randomness, ephemeral, enc);
            if (!Sodium.TryX25519(shared, ephemeral, publicKey)) return false;
            ExtractAndExpand(shared, enc, publicKey, secret);
            return true;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(ephemeral);
            CryptographicOperations.ZeroMemory(shared);
        }
    }

    /// <summary>Decap(enc, skR); false when the shared secret is all zero (RFC 9180 section 7.1.4).</summary>
    internal static bool TryDecapsulate(ReadOnlySpan<byte> privateKey, ReadOnlySpan<byte> publicKey, ReadOnlySpan<byte> enc, Span<byte> secret)
    {
        Span<byte> shared = stackalloc byte[32];
        try
        {
            if (!Sodium.TryX25519(shared, privateKey, enc)) return false;
            ExtractAndExpand(shared, enc, publicKey, secret);
            return true;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(shared);
        }
    }

    private static void ExtractAndExpand(ReadOnlySpan<byte> shared, ReadOnlySpan<byte> enc, ReadOnlySpan<byte> publicKey, Span<byte> secret)
    {
        Span<byte> prk = stackalloc byte[LabeledHkdf.ExtractSize];
        Span<byte> kemContext = stackalloc byte[EncSize + PublicKeySize];
        enc.CopyTo(kemContext);
        publicKey.CopyTo(kemContext[EncSize..]);
        try
        {
            LabeledHkdf.Extract(SuiteId, [], "eae_prk"u8, shared, prk);
            LabeledHkdf.Expand(SuiteId, prk, "shared_secret"u8, kemContext, secret);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(prk);
        }
    }
}
