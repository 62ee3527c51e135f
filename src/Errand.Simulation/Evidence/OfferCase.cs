using Errand.Primitives;
using Errand.Protocol;

namespace Errand.Simulation;

/// <summary>What appraising a Proof of Trust takes.</summary>
/// <param name="Network">The network.</param>
/// <param name="Id">The case.</param>
/// <param name="Node">Whose it is.</param>
/// <param name="VrfKey">The key that passing qualifies.</param>
/// <param name="Offer">The entry.</param>
/// <param name="Randomness">R of the epoch in which it applied, and of the one before.</param>
internal sealed record OfferCase(NetworkId Network, Bytes32 Id, PublicKey Node, VrfPublicKey VrfKey, OfferEntry Offer, IReadOnlyList<Bytes32> Randomness);
