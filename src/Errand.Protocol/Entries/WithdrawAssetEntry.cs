using Errand.Primitives;

namespace Errand.Protocol;

/// <summary>An owner takes an asset out of use: no task may name it and none is accepted from now on.</summary>
public sealed record WithdrawAssetEntry : EntryBody
{
    /// <inheritdoc/>
    public override EntryKind Kind => EntryKind.WithdrawAsset;

    /// <summary>The asset.</summary>
    public required AssetId Asset { get; init; }

    internal override void WriteTo(CanonicalWriter writer) => writer.Map(1).Key(0).Bytes(Asset.Value);

    internal static WithdrawAssetEntry Read(ref FieldReader fields) => new() { Asset = new AssetId(fields.Bytes32(0)) };
}
