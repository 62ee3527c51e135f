using Errand.Primitives;

namespace Errand.Protocol;

/// <summary>An owner has sealed its content key to the enclave of one attempt. The sealed key itself goes to the enclave.</summary>
public sealed record ReleaseEntry : EntryBody
{
    /// <inheritdoc/>
    public override EntryKind Kind => EntryKind.Release;

    /// <summary>The task.</summary>
    public required TaskId Task { get; init; }

    /// <summary>The attempt.</summary>
    public required int Attempt { get; init; }

    /// <summary>The asset.</summary>
    public required AssetId Asset { get; init; }

    /// <summary>H("errand/sealed-key/v1", release message).</summary>
    public required Bytes32 SealedKeyDigest { get; init; }

    internal override void WriteTo(CanonicalWriter writer) => writer.Map(4)
        .Key(0).Bytes(Task.Value).Key(1).UInt((ulong)Attempt).Key(2).Bytes(Asset.Value).Key(3).Bytes(SealedKeyDigest);

    internal static ReleaseEntry Read(ref FieldReader fields) => new()
    {
        Task = new TaskId(fields.Bytes32(0)),
        Attempt = fields.Int(1),
        Asset = new AssetId(fields.Bytes32(2)),
        SealedKeyDigest = fields.Bytes32(3),
    };

    /// <summary>
    /// HPKE info and external_aad of a release message: H("errand/release/v1", network, task, attempt, asset, evidence digest), 64 bytes.
    /// </summary>
    public static byte[] Context(NetworkId network, TaskId task, int attempt, AssetId asset, Bytes32 evidenceDigest) =>
        new TaggedHash(Tags.Release).Add(network.Value).Add(task.Value).Add((ulong)attempt).Add(asset.Value).Add(evidenceDigest).ToBytes64();

    /// <summary>H("errand/sealed-key/v1", release message).</summary>
    public static Bytes32 DigestOf(ReadOnlySpan<byte> releaseMessage) => new TaggedHash(Tags.SealedKey).Add(releaseMessage).ToDigest();
}
