using Errand.Client;
using Errand.Cryptography;
using Errand.Primitives;

namespace Errand.Node;

/// <summary>What an owner's key broker holds: content keys in the owner's key store, and the policies the owner published its assets with.</summary>
public sealed class OwnerVault(KeyStore keys, string policyFolder)
{
    /// <summary>Where the policy of a sealed file lies.</summary>
    public static string PolicyFile(string policyFolder, ContentId content) => Path.Combine(policyFolder, $"{content}.json");

    /// <summary>The policy of a sealed file, or null if the owner has stopped it by taking the file away.</summary>
    /// <exception cref="PolicyFileException">The file is not a policy.</exception>
    public OwnerPolicy? Policy(ContentId content)
    {
        string file = PolicyFile(policyFolder, content);
        return File.Exists(file) ? OwnerPolicyFile.Load(file) : null;
    }

    /// <summary>The content key of a sealed file; the caller disposes it.</summary>
    public ContentKey? Key(ContentId content) => keys.TryGetContentKey(content, out ContentKey? key) ? key : null;
}
