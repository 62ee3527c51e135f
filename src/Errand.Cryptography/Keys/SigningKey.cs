using System.Security.Cryptography;
using Errand.Primitives;
using NSec.Cryptography;
using PublicKey = Errand.Primitives.PublicKey;

namespace Errand.Cryptography;

/// <summary>An Ed25519 private key (RFC 8032 section 5.1.5), kept in guarded memory until it is disposed.</summary>
/// <remarks>Signing is deterministic and constant time in the key. Thread-safe.</remarks>
public sealed class SigningKey : IDisposable
{
    /// <summary>Length of a seed: RFC 8032's private key.</summary>
    public const int SeedSize = 32;

    private readonly Key _key;

    private SigningKey(Key key)
    {
        _key = key;
        PublicKey = new PublicKey(new Bytes32(key.PublicKey.Export(KeyBlobFormat.RawPublicKey)));
    }

    /// <summary>The key's public half.</summary>
    public PublicKey PublicKey { get; }

    /// <summary>A fresh key from the system's random number generator.</summary>
    public static SigningKey Generate()
    {
        Span<byte> seed = stackalloc byte[SeedSize];
        try
        {
            RandomNumberGenerator.Fill(seed);
            return FromSeed(seed);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(seed);
        }
    }

    /// <summary>The key of a seed of 32 bytes, which is copied; the caller zeroes its own.</summary>
    /// <exception cref="ArgumentException"><paramref name="seed"/> is not 32 bytes long.</exception>
    public static SigningKey FromSeed(ReadOnlySpan<byte> seed)
    {
        if (seed.Length != SeedSize) throw new ArgumentException($"A seed has {SeedSize} bytes, not {seed.Length}.", nameof(seed));
        var parameters = new KeyCreationParameters { ExportPolicy = KeyExportPolicies.AllowPlaintextExport };
        return new SigningKey(Key.Import(SignatureAlgorithm.Ed25519, seed, KeyBlobFormat.RawPrivateKey, parameters));
    }

    /// <summary>Writes the 64-byte signature of <paramref name="message"/>.</summary>
    /// <exception cref="ArgumentException"><paramref name="signature"/> is not 64 bytes long.</exception>
    /// <exception cref="ObjectDisposedException">The key has been disposed.</exception>
    public void Sign(ReadOnlySpan<byte> message, Span<byte> signature) => SignatureAlgorithm.Ed25519.Sign(_key, message, signature);

    /// <summary>The 32-byte seed, for key files. The caller zeroes it.</summary>
    public byte[] DangerousExportSeed() => _key.Export(KeyBlobFormat.RawPrivateKey);

    /// <summary>Wipes the key.</summary>
    public void Dispose() => _key.Dispose();

    /// <summary>The type's name and the public key.</summary>
    public override string ToString() => $"{nameof(SigningKey)} {PublicKey}";
}
