using Errand.Primitives;
using Errand.Protocol;

namespace Errand.Node;

/// <summary>A node's Proof of Trust with what its appraisal needs, taken when the offer applied. Immutable.</summary>
/// <param name="Network">The network.</param>
/// <param name="CaseId">The case.</param>
/// <param name="Node">Whose it is.</param>
/// <param name="VrfKey">The VRF key that its quote must bind.</param>
/// <param name="Tee">The kind of TEE that it registered with, once for all; none for a verifier.</param>
/// <param name="Endpoint">Where the node answers challenges.</param>
/// <param name="Offer">The offer.</param>
/// <param name="Position">Ledger position of the offer.</param>
/// <param name="Randomness">R of the epoch of the offer and of those before it, the newest first.</param>
/// <param name="AtMilliseconds">Network time of the offer: the time of appraisal.</param>
/// <param name="Terms">The terms of its case, without what had been withdrawn by then.</param>
public sealed record OfferSnapshot(
    NetworkId Network,
    Bytes32 CaseId,
    PublicKey Node,
    VrfPublicKey VrfKey,
    TeeKind Tee,
    string Endpoint,
    OfferEntry Offer,
    long Position,
    IReadOnlyList<Bytes32> Randomness,
    long AtMilliseconds,
    NetworkTerms Terms)
{
    /// <summary>Id of the offer entry; none where it was not read from a ledger.</summary>
    public EntryId Entry { get; init; }

    /// <summary>Takes what is needed from the state right after the offer applied.</summary>
    internal static OfferSnapshot Take(NetworkState state, PublicKey node, OfferEntry offer, long position)
    {
        var randomness = new List<Bytes32>();
        for (long epoch = state.Clock.Epoch; state.Clock.TryGetRandomness(epoch, out BeaconValue value); epoch--) randomness.Add(value.Randomness);
        NodeState known = state.Nodes[node];
        return new OfferSnapshot(state.Network, OfferEntry.CaseId(state.Network, node, offer.Number), node, known.VrfKey, known.Tee, known.Endpoint, offer,
            position, randomness, state.Clock.Milliseconds, state.Terms.Without(state.WithdrawnReferences));
    }
}
