using System.Security.Cryptography;

namespace Errand.Cryptography;

/// <summary>
/// X-Wing (draft-connolly-cfrg-xwing-kem): ML-KEM-768 and X25519 in one KEM. Sizes: public key 1216 = ML-KEM 1184 + X25519 32,
/// private key 32 (a seed), enc 1120 = ML-KEM 1088 + X25519 32, secret 32.
/// </summary>
internal static class XWingKem
{
    internal const int PublicKeySize = 1216;
    internal const int EncSize = 1120;
    internal const int RandomnessSize = 64;
    private const int MlKemVectorSize = 1152;
    private const int MlKemModulus = 3329;
    private const int X25519Offset = 1184;

    internal static void DerivePublicKey(ReadOnlySpan<byte> seed, Span<byte> publicKey)
    {
        Span<byte> privateKey = stackalloc byte[32];
        try
        {
            Sodium.XWingKeyPair(publicKey, privateKey, seed);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(privateKey);
        }
    }

    /// <summary>True when all ML-KEM coefficients are below the modulus (FIPS 203 section 7.2) and the X25519 key is canonical and not of small order.</summary>
    /// <remarks>The draft does not ask for the second check; a key that throws half of the hybrid away is nobody's honest key.</remarks>
    internal static bool IsValidPublicKey(ReadOnlySpan<byte> publicKey)
    {
        for (int i = 0; i < MlKemVectorSize; i += 3)
        {
            // Two coefficients of 12 bits in three bytes, little-endian.
            int first = publicKey[i] | (publicKey[i + 1] & 0x0F) << 8;
            int second = publicKey[i + 1] >> 4 | publicKey[i + 2] << 4;
            if (first >= MlKemModulus || second >= MlKemModulus) return false;
        }
        return DhKemX25519.IsValidPublicKey(publicKey[X25519Offset..]);
    }

    internal static bool TryEncapsulate(ReadOnlySpan<byte> publicKey, ReadOnlySpan<byte> randomness, Span<byte> enc, Span<byte> secret) =>
        Sodium.TryXWingEncapsulate(enc, secret, publicKey, randomness);

    /// <summary>False when the X25519 shared secret is all zero. A wrong ML-KEM part gives another secret instead (implicit rejection).</summary>
    internal static bool TryDecapsulate(ReadOnlySpan<byte> seed, ReadOnlySpan<byte> enc, Span<byte> secret) =>
        Sodium.TryXWingDecapsulate(secret, enc, seed);
}
