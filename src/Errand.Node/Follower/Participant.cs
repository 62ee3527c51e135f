using Errand.Cryptography;
using Errand.Primitives;

namespace Errand.Node;

/// <summary>The keys of one participant: Ed25519 for its entries, VRF for its draws. Owned, and wiped, by who made it.</summary>
public sealed class Participant(SigningKey key, VrfKey vrfKey) : IDisposable
{
    /// <summary>Signs its entries.</summary>
    public SigningKey Key { get; } = key;

    /// <summary>Makes its draws.</summary>
    public VrfKey VrfKey { get; } = vrfKey;

    /// <summary>Its identity.</summary>
    public PublicKey PublicKey { get; } = key.PublicKey;

    /// <inheritdoc/>
    public void Dispose()
    {
        Key.Dispose();
        VrfKey.Dispose();
    }
}
