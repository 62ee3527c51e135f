using Errand.Client;
using Errand.Cryptography;
using Errand.Platform;
using System.Security.Cryptography;

namespace Errand.Node;

/// <summary>Keys and machines of a development network, made once and kept in encrypted key stores.</summary>
internal static class DevelopmentKeys
{
    private const string VendorName = "vendor";
    private const string TpmName = "tpm";

    /// <summary>A participant's keys: those in its store, or new ones.</summary>
    public static (KeyStore Store, Identity Identity) OpenIdentity(string folder, Passphrase passphrase)
    {
        KeyStore store = KeyStore.Exists(folder) ? KeyStore.Open(folder, passphrase.Characters) : KeyStore.Create(folder, passphrase.Characters);
        // The identity is the first secret: a store without any is one whose making was cut off.
        return (store, store.Names.Count > 0 ? Identity.Load(store) : Identity.Create(store));
    }

    /// <summary>The vendor of all development hardware here: the one kept, the one given, or a new one.</summary>
    public static DevelopmentVendor OpenVendor(KeyStore store, ReadOnlyMemory<byte>? given)
    {
        if (given is { } chosen && !store.Names.Contains(VendorName)) store.PutSecret(VendorName, chosen.Span);
        if (store.TryGetSecret(VendorName, out byte[] state)) return Wiped(state, bytes => DevelopmentVendor.Import(bytes)) ?? throw Damaged(store);
        Span<byte> seed = stackalloc byte[DevelopmentVendor.SeedSize];
        RandomNumberGenerator.Fill(seed);
        DevelopmentVendor vendor = DevelopmentVendor.Create(seed);
        Keep(store, VendorName, vendor.Export());
        return vendor;
    }

    /// <summary>The TPM of a node's machine.</summary>
    public static DevelopmentTpm OpenTpm(KeyStore store, DevelopmentVendor vendor, TimeProvider time)
    {
        if (store.TryGetSecret(TpmName, out byte[] state)) return Wiped(state, bytes => DevelopmentTpm.Import(bytes, time)) ?? throw Damaged(store);
        DevelopmentTpm tpm = DevelopmentTpm.Create(vendor, time);
        Keep(store, TpmName, tpm.Export());
        return tpm;
    }

    /// <summary>A signing key of the host, such as an operator's.</summary>
    public static SigningKey OpenSigningKey(KeyStore store, string name)
    {
        if (store.TryGetSecret(name, out byte[] seed)) return Wiped(seed, bytes => SigningKey.FromSeed(bytes))!;
        SigningKey key = SigningKey.Generate();
        Keep(store, name, key.DangerousExportSeed());
        return key;
    }

    private static void Keep(KeyStore store, string name, byte[] secret)
    {
        store.PutSecret(name, secret);
        CryptographicOperations.ZeroMemory(secret);
    }

    private static T? Wiped<T>(byte[] secret, Func<byte[], T?> read)
        where T : class
    {
        try
        {
            return read(secret);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(secret);
        }
    }

    private static DevelopmentNetworkException Damaged(KeyStore store) => new("devnet/damaged", $"The key store in {store.Folder} holds something unreadable.",
        "Take the network down with --remove and make a new one.");
}
