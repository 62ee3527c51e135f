using System.Security.Cryptography;

namespace Errand.Cryptography;

/// <summary>A recipient's private key, kept in guarded memory until it is disposed. Thread-safe.</summary>
public sealed class HpkePrivateKey : IDisposable
{
    /// <summary>Length of a seed, for every KEM here.</summary>
    public const int SeedSize = 32;

    private const int PrivateKeySize = 32;

    // The seed (32 bytes), then the KEM's private key (32 bytes), which for X-Wing is the seed again.
    private readonly SecretMemory _secret;

    private HpkePrivateKey(HpkePublicKey publicKey, SecretMemory secret)
    {
        PublicKey = publicKey;
        _secret = secret;
    }

    /// <summary>The key's public half.</summary>
    public HpkePublicKey PublicKey { get; }

    /// <summary>A fresh key from the system's random number generator.</summary>
    public static HpkePrivateKey Generate(HpkeSuite suite)
    {
        Span<byte> seed = stackalloc byte[SeedSize];
        try
        {
            RandomNumberGenerator.Fill(seed);
            return FromSeed(suite, seed);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(seed);
        }
    }

    /// <summary>
    /// The key of a seed of 32 bytes: RFC 9180's DeriveKeyPair for X25519, the decapsulation key itself for X-Wing. The seed is
    /// copied; the caller zeroes its own.
    /// </summary>
    /// <exception cref="ArgumentException"><paramref name="seed"/> is not 32 bytes long.</exception>
    public static HpkePrivateKey FromSeed(HpkeSuite suite, ReadOnlySpan<byte> seed)
    {
        ArgumentNullException.ThrowIfNull(suite);
        if (seed.Length != SeedSize) throw new ArgumentException($"A seed has {SeedSize} bytes, not {seed.Length}.", nameof(seed));
        Span<byte> secret = stackalloc byte[SeedSize + PrivateKeySize];
        Span<byte> publicKey = new byte[suite.PublicKeySize];
        try
        {
            seed.CopyTo(secret);
            Span<byte> privateKey = secret[SeedSize..];
            switch (suite.Kem)
            {
                case HpkeKem.X25519HkdfSha256:
                    DhKemX25519.DeriveKeyPair(seed, privateKey, publicKey);
                    break;
                case HpkeKem.XWing:
                    seed.CopyTo(privateKey);
                    XWingKem.DerivePublicKey(seed, publicKey);
                    break;
                default:
                    throw new InvalidOperationException($"No KEM {suite.Kem}.");
            }
            HpkePublicKey parsed = HpkePublicKey.TryCreate(suite, publicKey) ?? throw new InvalidOperationException("A generated key is not valid.");
            return new HpkePrivateKey(parsed, new SecretMemory(secret));
        }
        finally
        {
            CryptographicOperations.ZeroMemory(secret);
        }
    }

    /// <summary>The 32-byte seed, for key files. The caller zeroes it.</summary>
    /// <exception cref="ObjectDisposedException">The key has been disposed.</exception>
    public byte[] DangerousExportSeed()
    {
        using SecretMemory.Lease lease = _secret.Open();
        return lease.Bytes[..SeedSize].ToArray();
    }

    /// <summary>Wipes the key.</summary>
    public void Dispose() => _secret.Dispose();

    /// <summary>The type's name and the public key.</summary>
    public override string ToString() => $"{nameof(HpkePrivateKey)} of {PublicKey}";

    /// <summary>Decap(enc, skR); false for an all-zero X25519 secret.</summary>
    internal bool TryDecapsulate(ReadOnlySpan<byte> enc, Span<byte> secret)
    {
        using SecretMemory.Lease lease = _secret.Open();
        ReadOnlySpan<byte> privateKey = lease.Bytes[SeedSize..];
        return PublicKey.Suite.Kem switch
        {
            HpkeKem.X25519HkdfSha256 => DhKemX25519.TryDecapsulate(privateKey, PublicKey.Key, enc, secret),
            HpkeKem.XWing => XWingKem.TryDecapsulate(privateKey, enc, secret),
            _ => throw new InvalidOperationException($"No KEM {PublicKey.Suite.Kem}."),
        };
    }
}
