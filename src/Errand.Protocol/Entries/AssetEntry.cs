using System.Collections.Immutable;
using Errand.Primitives;

namespace Errand.Protocol;

/// <summary>An owner publishes a sealed file: what it is, where it lies and under which rules the network may use it.</summary>
public sealed record AssetEntry : EntryBody
{
    /// <inheritdoc/>
    public override EntryKind Kind => EntryKind.Asset;

    /// <summary>The sealed file.</summary>
    public required ContentId Content { get; init; }

    /// <summary>App, data or arguments.</summary>
    public required AssetKind AssetKind { get; init; }

    /// <summary>Bytes of ciphertext.</summary>
    public required long SizeBytes { get; init; }

    /// <summary>The key with which the owner's accepts must prove; pinned here, before any task exists.</summary>
    public required VrfPublicKey VrfKey { get; init; }

    /// <summary>Where the ciphertext lies. Data is used only by executors of one of these sites; an app travels.</summary>
    public required ImmutableArray<string> Sites { get; init; }

    /// <summary>Who may hold the asset in an enclave.</summary>
    public required CustodyRule Custody { get; init; }

    /// <summary>How often the owner lets it be used.</summary>
    public required AssetBudget Budget { get; init; }

    /// <summary>SHA-256 of the owner's whole policy, which its key broker holds.</summary>
    public required Bytes32 PolicyDigest { get; init; }

    internal override void WriteTo(CanonicalWriter writer)
    {
        writer.Map(8)
            .Key(0).Bytes(Content.Value)
            .Key(1).UInt((ulong)AssetKind)
            .Key(2).UInt((ulong)SizeBytes)
            .Key(3).Bytes(VrfKey.Value)
            .Key(4).Array(Sites.Length);
        foreach (string site in Sites) writer.Text(site);
        Custody.WriteTo(writer.Key(5));
        Budget.WriteTo(writer.Key(6));
        writer.Key(7).Bytes(PolicyDigest);
    }

    internal static AssetEntry Read(ref FieldReader fields)
    {
        var asset = new AssetEntry
        {
            Content = new ContentId(fields.Bytes32(0)),
            AssetKind = (AssetKind)fields.Int(1, (int)AssetKind.Max),
            SizeBytes = fields.Milliseconds(2),
            VrfKey = new VrfPublicKey(fields.Bytes32(3)),
            Sites = [.. fields.Array<string>(4, ProtocolLimits.ListMax, Items.Text)],
            Custody = CustodyRule.Read(ref fields, 5),
            Budget = AssetBudget.Read(ref fields, 6),
            PolicyDigest = fields.Bytes32(7),
        };
        if (asset.AssetKind == AssetKind.None || asset.Sites.Length == 0 || asset.Sites.Any(site => site.Length is 0 or > ProtocolLimits.TextSizeMax)) fields.Fail(FieldError.Malformed);
        return asset;
    }
}
