using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using Errand.Cryptography;
using Errand.Primitives;

namespace Errand.Client;

/// <summary>What a key store keeps besides the identity: content keys by content id, and the key to which results are sealed.</summary>
public static class StoredKeys
{
    private const string RecipientName = "recipient";

    /// <summary>Keeps the content key of a sealed file.</summary>
    /// <exception cref="ClientException"><c>keystore/name-exists</c>: there is a key for this content.</exception>
    public static void PutContentKey(this KeyStore store, ContentId content, ContentKey key)
    {
        ArgumentNullException.ThrowIfNull(store);
        ArgumentNullException.ThrowIfNull(key);
        Span<byte> bytes = stackalloc byte[ContentKey.Size];
        try
        {
            key.DangerousExport(bytes);
            store.PutSecret(NameOf(content), bytes);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(bytes);
        }
    }

    /// <summary>The content key of a sealed file; the caller disposes it. False when the store has none.</summary>
    /// <exception cref="ClientException"><c>keystore/damaged</c>.</exception>
    public static bool TryGetContentKey(this KeyStore store, ContentId content, [NotNullWhen(true)] out ContentKey? key)
    {
        ArgumentNullException.ThrowIfNull(store);
        key = null;
        if (!store.TryGetSecret(NameOf(content), out byte[] bytes)) return false;
        try
        {
            if (bytes.Length != ContentKey.Size) throw new ClientException(ClientError.KeyStoreDamaged, $"The content key of {content} has a wrong length.");
            key = ContentKey.FromBytes(bytes);
            return true;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(bytes);
        }
    }

    /// <summary>Makes the HPKE key to which results are sealed and keeps it.</summary>
    /// <exception cref="ClientException"><c>keystore/name-exists</c>.</exception>
    public static HpkePrivateKey CreateRecipientKey(this KeyStore store, HpkeSuite suite)
    {
        ArgumentNullException.ThrowIfNull(store);
        ArgumentNullException.ThrowIfNull(suite);
        Span<byte> secret = stackalloc byte[HpkeSuite.Size + HpkePrivateKey.SeedSize];
        try
        {
            suite.CopyTo(secret);
            RandomNumberGenerator.Fill(secret[HpkeSuite.Size..]);
            store.PutSecret(RecipientName, secret);
            return HpkePrivateKey.FromSeed(suite, secret[HpkeSuite.Size..]);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(secret);
        }
    }

    /// <summary>The HPKE key to which results are sealed; the caller disposes it.</summary>
    /// <exception cref="ClientException"><c>keystore/name-missing</c>, <c>keystore/damaged</c>.</exception>
    public static HpkePrivateKey LoadRecipientKey(this KeyStore store)
    {
        ArgumentNullException.ThrowIfNull(store);
        if (!store.TryGetSecret(RecipientName, out byte[] secret)) throw new ClientException(ClientError.SecretMissing, $"The key store in {store.Folder} has no recipient key.");
        try
        {
            if (secret.Length != HpkeSuite.Size + HpkePrivateKey.SeedSize || HpkeSuite.TryRead(secret.AsSpan(0, HpkeSuite.Size)) is not { } suite)
                throw new ClientException(ClientError.KeyStoreDamaged, $"The recipient key in {store.Folder} is malformed.");
            return HpkePrivateKey.FromSeed(suite, secret.AsSpan(HpkeSuite.Size));
        }
        finally
        {
            CryptographicOperations.ZeroMemory(secret);
        }
    }

    /// <summary>The HPKE key to which results are sealed, made if the store has none; the caller disposes it.</summary>
    /// <exception cref="ClientException"><c>keystore/damaged</c>.</exception>
    public static HpkePrivateKey LoadOrCreateRecipientKey(this KeyStore store)
    {
        ArgumentNullException.ThrowIfNull(store);
        return store.Names.Contains(RecipientName) ? store.LoadRecipientKey() : store.CreateRecipientKey(HpkeSuite.Default);
    }

    private static string NameOf(ContentId content) => $"content-{content}";
}
