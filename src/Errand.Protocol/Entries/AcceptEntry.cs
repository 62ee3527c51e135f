using Errand.Primitives;

namespace Errand.Protocol;

/// <summary>An owner lets its asset be used in a task; its VRF output enters the task's seed.</summary>
public sealed record AcceptEntry : EntryBody
{
    /// <inheritdoc/>
    public override EntryKind Kind => EntryKind.Accept;

    /// <summary>The task.</summary>
    public required TaskId Task { get; init; }

    /// <summary>The asset.</summary>
    public required AssetId Asset { get; init; }

    /// <summary>The key that proves; must be the one pinned in the asset entry.</summary>
    public required VrfPublicKey VrfKey { get; init; }

    /// <summary>80 bytes: VRF proof over H("errand/owner-seed/v1", network, task id).</summary>
    public required ReadOnlyMemory<byte> Proof { get; init; }

    internal override void WriteTo(CanonicalWriter writer) => writer.Map(4)
        .Key(0).Bytes(Task.Value).Key(1).Bytes(Asset.Value).Key(2).Bytes(VrfKey.Value).Key(3).Bytes(Proof.Span);

    internal static AcceptEntry Read(ref FieldReader fields) => new()
    {
        Task = new TaskId(fields.Bytes32(0)),
        Asset = new AssetId(fields.Bytes32(1)),
        VrfKey = new VrfPublicKey(fields.Bytes32(2)),
        Proof = fields.Bytes(3, ProtocolSizes.VrfProof, ProtocolSizes.VrfProof).ToArray(),
    };

    /// <summary>The VRF input of an accept.</summary>
    public static byte[] Input(NetworkId network, TaskId task) =>
        new TaggedHash(Tags.OwnerSeed).Add(network.Value).Add(task.Value).ToBytes64();
}
