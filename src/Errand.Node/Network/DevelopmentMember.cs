using Errand.Client;
using Errand.Cryptography;
using Errand.Primitives;
using Errand.Protocol;

namespace Errand.Node;

/// <summary>A node of a development network: its keys, and its operator's word for it.</summary>
internal sealed record DevelopmentMember(string Name, NodeRoles Roles, KeyStore Store, Identity Identity, SigningKey Operator) : IDisposable
{
    /// <summary>What it tells the network, once its endpoint is known.</summary>
    public NodeProfile Profile(NetworkId network, string host, TeeKind tee, string site)
    {
        var vouch = new byte[ProtocolSizes.Signature];
        Operator.Sign(RegisterEntry.VouchMessage(network, Identity.PublicKey, Roles), vouch);
        return new NodeProfile(Roles, Operator.PublicKey, vouch, $"{host}/nodes/{Identity.PublicKey}", site, "development",
            Roles.HasFlag(NodeRoles.Executor) ? tee : TeeKind.None);
    }

    public void Dispose()
    {
        Identity.Dispose();
        Operator.Dispose();
        Store.Dispose();
    }
}
