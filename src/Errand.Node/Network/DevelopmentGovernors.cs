using Errand.Client;
using Errand.Primitives;
using Errand.Protocol;

namespace Errand.Node;

/// <summary>Those who govern a development network: parties whose key stores lie beside those of owners.</summary>
public static class DevelopmentGovernors
{
    private const int Threshold = 2;

    /// <summary>Their names, as parties.</summary>
    public static IReadOnlyList<string> Names { get; } = ["governor-1", "governor-2", "governor-3"];

    /// <summary>Their keys, any two of which can change a network that is made with them; makes those that are missing.</summary>
    /// <remarks>Of a network that exists already the genesis says who governs, and nothing is made.</remarks>
    public static GovernanceKeys Open(DevelopmentFolder folder, Passphrase passphrase)
    {
        ArgumentNullException.ThrowIfNull(folder);
        ArgumentNullException.ThrowIfNull(passphrase);
        if (File.Exists(folder.Genesis)) return GovernanceKeys.None;
        var keys = new List<PublicKey>();
        foreach (string name in Names)
        {
            (KeyStore store, Identity identity) = DevelopmentKeys.OpenIdentity(folder.PartyKeys(name), passphrase);
            using (store)
            using (identity) keys.Add(identity.PublicKey);
        }
        return new GovernanceKeys([.. keys.Order()], Threshold);
    }
}
