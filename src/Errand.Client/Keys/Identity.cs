using System.Security.Cryptography;
using Errand.Cryptography;
using Errand.Primitives;

namespace Errand.Client;

/// <summary>The keys by which the network knows a participant: Ed25519 for its entries, VRF for its draws. One per key store.</summary>
public sealed class Identity : IDisposable
{
    /// <summary>Bytes of the seeds: those of the signing key, then those of the VRF key.</summary>
    public const int SeedsSize = SigningKey.SeedSize + VrfKey.SeedSize;

    private const string Name = "identity";

    private Identity(SigningKey key, VrfKey vrfKey)
    {
        Key = key;
        VrfKey = vrfKey;
    }

    /// <summary>Signs entries.</summary>
    public SigningKey Key { get; }

    /// <summary>Proves accepts and draws.</summary>
    public VrfKey VrfKey { get; }

    /// <summary>Who it is on the ledger.</summary>
    public PublicKey PublicKey => Key.PublicKey;

    /// <summary>Makes new keys and keeps them in the store.</summary>
    /// <exception cref="ClientException"><c>keystore/name-exists</c>: the store has an identity already.</exception>
    public static Identity Create(KeyStore store)
    {
        ArgumentNullException.ThrowIfNull(store);
        byte[] seeds = GC.AllocateArray<byte>(SeedsSize, pinned: true);
        try
        {
            RandomNumberGenerator.Fill(seeds);
            store.PutSecret(Name, seeds);
            return FromSeeds(seeds);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(seeds);
        }
    }

    /// <summary>The keys of seeds that are kept elsewhere than in a key store, such as sealed to a TPM. Wiping the seeds stays the caller's.</summary>
    /// <param name="seeds"><see cref="SeedsSize"/> bytes.</param>
    /// <exception cref="ArgumentException">Another length.</exception>
    public static Identity FromSeeds(ReadOnlySpan<byte> seeds)
    {
        if (seeds.Length != SeedsSize) throw new ArgumentException($"An identity has {SeedsSize} bytes of seeds.", nameof(seeds));
        // The signing seed, then the VRF seed: one secret, so that no crash leaves half an identity.
        return new Identity(SigningKey.FromSeed(seeds[..SigningKey.SeedSize]), VrfKey.FromSeed(seeds[SigningKey.SeedSize..]));
    }

    /// <summary>The seeds that a store keeps, to be sealed elsewhere too. The caller wipes them.</summary>
    /// <exception cref="ClientException"><c>keystore/name-missing</c>: the store has no identity; <c>keystore/damaged</c>.</exception>
    public static byte[] DangerousExportSeeds(KeyStore store)
    {
        ArgumentNullException.ThrowIfNull(store);
        if (!store.TryGetSecret(Name, out byte[] seeds)) throw new ClientException(ClientError.SecretMissing, $"The key store in {store.Folder} has no identity.");
        if (seeds.Length == SeedsSize) return seeds;
        CryptographicOperations.ZeroMemory(seeds);
        throw new ClientException(ClientError.KeyStoreDamaged, $"The identity in {store.Folder} has a wrong length.");
    }

    /// <summary>Reads the keys from the store.</summary>
    /// <exception cref="ClientException"><c>keystore/name-missing</c>: the store has no identity.</exception>
    public static Identity Load(KeyStore store)
    {
        byte[] seeds = DangerousExportSeeds(store);
        try
        {
            return FromSeeds(seeds);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(seeds);
        }
    }

    /// <summary>Wipes the keys.</summary>
    public void Dispose()
    {
        Key.Dispose();
        VrfKey.Dispose();
    }

    /// <summary>The public key only.</summary>
    public override string ToString() => $"{nameof(Identity)} {PublicKey}";
}
