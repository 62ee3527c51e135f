using Errand.Primitives;
using Errand.Protocol;

namespace Errand.Node;

/// <summary>What a node tells the network about itself.</summary>
/// <param name="Roles">What it does.</param>
/// <param name="Operator">Who stands behind it.</param>
/// <param name="Vouch">The operator's signature for the node and its roles.</param>
/// <param name="Endpoint">Where it answers.</param>
/// <param name="Site">Where it claims to stand.</param>
/// <param name="Jurisdiction">Whose law it claims to stand under.</param>
/// <param name="Tee">Its TEE; none for a verifier.</param>
public sealed record NodeProfile(NodeRoles Roles, PublicKey Operator, ReadOnlyMemory<byte> Vouch, string Endpoint, string Site, string Jurisdiction, TeeKind Tee);
