using Errand.Primitives;

namespace Errand.Protocol;

/// <summary>A span of epochs for which a node is qualified with one VRF key.</summary>
/// <param name="VrfKey">The key.</param>
/// <param name="FromEpoch">The first epoch at whose opening it holds.</param>
/// <param name="UntilEpoch">The first epoch at whose opening it no longer holds.</param>
public readonly record struct Tenure(VrfPublicKey VrfKey, long FromEpoch, long UntilEpoch)
{
    /// <summary>True when the snapshot at the opening of <paramref name="epoch"/> holds the node.</summary>
    public bool Covers(long epoch) => FromEpoch <= epoch && epoch < UntilEpoch;
}
