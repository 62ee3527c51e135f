using Errand.Attestation;
using Errand.Primitives;
using Errand.Protocol;

namespace Errand.Node;

/// <summary>The node of a network that a TPM backs: another one cannot be proven with it meanwhile.</summary>
/// <param name="Node">The node.</param>
/// <param name="Refusal">What the network would say to another node's offer.</param>
/// <param name="State">How it stands, for people.</param>
internal sealed record TpmHolder(PublicKey Node, RefusalReason Refusal, string State)
{
    /// <summary>Null when the TPM backs no node.</summary>
    public static TpmHolder? Find(NetworkState state, TpmtPublic endorsementKey)
    {
        Bytes32 id = OfferEntry.EkIdOf(state.Network, endorsementKey.Encoded.Span);
        NodeState? holder = state.Nodes.Values.FirstOrDefault(node => node.EkId == id && state.Clock.Epoch < node.HardwareFreeEpoch);
        if (holder is null) return null;
        return holder.IsActive
            ? new TpmHolder(holder.Id, RefusalReason.EkInUse, "which is qualified")
            : new TpmHolder(holder.Id, RefusalReason.EkCooldown, $"which is retired or disqualified, until epoch {holder.HardwareFreeEpoch} (it is {state.Clock.Epoch} now)");
    }
}
