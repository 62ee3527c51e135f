using Errand.Client;
using Errand.Cryptography;

namespace Errand.Node;

/// <summary>The listed operators of a development network: one for each node that it was made with.</summary>
public static class DevelopmentOperators
{
    private const string Prefix = "operator-";

    /// <summary>The key of the operator behind a node, such as <c>verifier-1</c>; the caller disposes it.</summary>
    /// <exception cref="DevelopmentNetworkException"><c>devnet/operator</c>: the network has no such node.</exception>
    /// <exception cref="ClientException">The key store does not open.</exception>
    public static SigningKey Open(DevelopmentFolder folder, Passphrase passphrase, string node)
    {
        ArgumentNullException.ThrowIfNull(folder);
        ArgumentNullException.ThrowIfNull(passphrase);
        using KeyStore keys = KeyStore.Open(folder.Keys, passphrase.Characters);
        return keys.Names.Contains(Prefix + node)
            ? DevelopmentKeys.OpenSigningKey(keys, Prefix + node)
            : throw new DevelopmentNetworkException("devnet/operator", $"The network in {folder.Root} has no operator of a node \"{node}\".", $"It has those of: {string.Join(", ", keys.Names.Where(name => name.StartsWith(Prefix, StringComparison.Ordinal)).Select(name => name[Prefix.Length..]))}.");
    }
}
