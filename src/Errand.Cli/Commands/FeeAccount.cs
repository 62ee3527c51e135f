using System.Globalization;
using System.Security.Cryptography;
using Errand.Client;
using Errand.Ledger;

namespace Errand.Cli;

/// <summary>The account in a key store that pays for entries on a chain.</summary>
internal static class FeeAccount
{
    private const string SecretName = "fee-key";
    private const int EtherDigits = 18;

    /// <summary>The account's key; made if the store has none and one may be made.</summary>
    public static EvmKey Open(KeyStore store, bool create)
    {
        if (!store.TryGetSecret(SecretName, out byte[] secret))
        {
            if (!create) throw new ClientException(ClientError.KeyStoreMissing, $"The key store in {store.Folder} has no account that pays on a chain.", "Make one with: errand ledger account, and send it money.");
            using EvmKey made = EvmKey.Generate();
            secret = made.Export();
            store.PutSecret(SecretName, secret);
        }
        bool read = EvmKey.TryImport(secret, out EvmKey? key);
        CryptographicOperations.ZeroMemory(secret);
        return read ? key! : throw new ClientException(ClientError.KeyStoreDamaged, $"The secret {SecretName} in {store.Folder} is no key of an account.");
    }

    /// <summary>Wei as ether, for people.</summary>
    public static string Ether(UInt128 wei)
    {
        string digits = wei.ToString(CultureInfo.InvariantCulture).PadLeft(EtherDigits + 1, '0');
        string fraction = digits[^EtherDigits..].TrimEnd('0');
        return fraction.Length == 0 ? digits[..^EtherDigits] : $"{digits[..^EtherDigits]}.{fraction}";
    }
}
