using Errand.Primitives;

namespace Errand.Protocol;

/// <summary>A node tells its keys, roles and endpoint. Registered again, it changes its endpoint or names its next VRF key.</summary>
public sealed record RegisterEntry : EntryBody
{
    /// <inheritdoc/>
    public override EntryKind Kind => EntryKind.Register;

    /// <summary>What the node offers to do.</summary>
    public required NodeRoles Roles { get; init; }

    /// <summary>The VRF key that its next Proof of Trust binds.</summary>
    public required VrfPublicKey VrfKey { get; init; }

    /// <summary>80 bytes: VRF proof of possession over H("errand/vrf-possession/v1", network, node).</summary>
    public required ReadOnlyMemory<byte> VrfPossession { get; init; }

    /// <summary>The operator behind the node.</summary>
    public required PublicKey Operator { get; init; }

    /// <summary>64 bytes: the operator's Ed25519 signature over H("errand/vouch/v1", network, node, roles).</summary>
    public required ReadOnlyMemory<byte> Vouch { get; init; }

    /// <summary>Where the node answers challenges and serves files; an absolute http(s) URL.</summary>
    public required string Endpoint { get; init; }

    /// <summary>The site it claims to stand at.</summary>
    public required string Site { get; init; }

    /// <summary>The jurisdiction it claims to stand in.</summary>
    public required string Jurisdiction { get; init; }

    /// <summary>The TEE of an executor; none for a verifier.</summary>
    public required TeeKind Tee { get; init; }

    internal override void WriteTo(CanonicalWriter writer) => writer.Map(9)
        .Key(0).UInt((ulong)Roles)
        .Key(1).Bytes(VrfKey.Value)
        .Key(2).Bytes(VrfPossession.Span)
        .Key(3).Bytes(Operator.Value)
        .Key(4).Bytes(Vouch.Span)
        .Key(5).Text(Endpoint)
        .Key(6).Text(Site)
        .Key(7).Text(Jurisdiction)
        .Key(8).UInt((ulong)Tee);

    internal static RegisterEntry Read(ref FieldReader fields)
    {
        var entry = new RegisterEntry
        {
            Roles = (NodeRoles)fields.Int(0, (int)NodeRoles.All),
            VrfKey = new VrfPublicKey(fields.Bytes32(1)),
            VrfPossession = fields.Bytes(2, ProtocolSizes.VrfProof, ProtocolSizes.VrfProof).ToArray(),
            Operator = new PublicKey(fields.Bytes32(3)),
            Vouch = fields.Bytes(4, ProtocolSizes.Signature, ProtocolSizes.Signature).ToArray(),
            Endpoint = fields.Text(5, ProtocolLimits.TextSizeMax),
            Site = fields.Text(6, ProtocolLimits.TextSizeMax),
            Jurisdiction = fields.Text(7, ProtocolLimits.TextSizeMax),
            Tee = (TeeKind)fields.Int(8, (int)TeeKind.Max),
        };
        if (entry.Roles == NodeRoles.None || entry.Roles.HasFlag(NodeRoles.Executor) != (entry.Tee != TeeKind.None)
            || !IsEndpoint(entry.Endpoint)) fields.Fail(FieldError.Malformed);
        return entry;
    }

    // Visible ASCII after the scheme, and no more: parsers of URLs differ by version, and the fold must not.
    private static bool IsEndpoint(string endpoint)
    {
        foreach (string scheme in (ReadOnlySpan<string>)["https://", "http://"])
            if (endpoint.Length > scheme.Length && endpoint.StartsWith(scheme, StringComparison.Ordinal)) return endpoint.AsSpan().IndexOfAnyExceptInRange('!', '~') < 0;
        return false;
    }

    /// <summary>What the operator signs to vouch for a node.</summary>
    public static byte[] VouchMessage(NetworkId network, PublicKey node, NodeRoles roles) =>
        new TaggedHash(Tags.Vouch).Add(network.Value).Add(node.Value).Add((ulong)roles).ToBytes64();

    /// <summary>The VRF input that proves possession of a VRF key.</summary>
    public static byte[] PossessionInput(NetworkId network, PublicKey node) =>
        new TaggedHash(Tags.VrfPossession).Add(network.Value).Add(node.Value).ToBytes64();
}
