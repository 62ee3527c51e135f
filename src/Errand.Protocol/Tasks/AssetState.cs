using Errand.Primitives;

namespace Errand.Protocol;

/// <summary>A published asset.</summary>
public sealed class AssetState : StateRecord
{
    internal AssetState(AssetId id, PublicKey owner, AssetEntry entry, long position)
        : base(RecordKind.Asset, id.Value)
    {
        Owner = owner;
        Entry = entry;
        Position = position;
    }

    /// <summary>H("errand/asset/v1", owner, content id).</summary>
    public AssetId Id => new(RecordId);

    /// <summary>Who published it.</summary>
    public PublicKey Owner { get; }

    /// <summary>What was published.</summary>
    public AssetEntry Entry { get; }

    /// <summary>Ledger position of the entry.</summary>
    public long Position { get; }

    /// <summary>Accepts given so far; for arguments, tasks that have used them.</summary>
    public long Accepts { get; internal set; }

    /// <summary>How often the owner did not release after an approval.</summary>
    public int Withheld { get; internal set; }

    /// <summary>Releases of its key so far.</summary>
    public long Releases { get; internal set; }

    /// <summary>True once the owner has taken it out of use.</summary>
    public bool Withdrawn { get; internal set; }

    /// <summary>What tasks have used of the budget, by app. Each app takes an accept of the owner, so its budget bounds the list.</summary>
    public IReadOnlyDictionary<AssetId, AppUse> Uses => UseMap;

    internal SortedDictionary<AssetId, AppUse> UseMap { get; } = [];

    /// <summary>What tasks with one app have used.</summary>
    public AppUse UseBy(AssetId app) => UseMap.GetValueOrDefault(app);

    internal override void WriteTo(CanonicalWriter writer)
    {
        writer.Array(8).Bytes(Owner.Value).UInt((ulong)Position).UInt((ulong)Accepts).UInt((ulong)Withheld).UInt((ulong)Releases).Bool(Withdrawn);
        writer.Array(UseMap.Count);
        foreach ((AssetId app, AppUse use) in UseMap)
            writer.Array(5).Bytes(app.Value).UInt((ulong)use.Accepts).UInt((ulong)use.Releases).UInt((ulong)use.Epoch).UInt((ulong)use.AcceptsInEpoch);
        Entry.WriteTo(writer);
    }

    internal static AssetState ReadFrom(AssetId id, ref RecordReader reader)
    {
        reader.Array(8);
        var owner = new PublicKey(reader.Bytes32());
        long position = reader.Long(), accepts = reader.Long();
        int withheld = reader.Int();
        long releases = reader.Long();
        bool withdrawn = reader.Bool();
        var uses = new List<KeyValuePair<AssetId, AppUse>>();
        for (int count = reader.Count(); count > 0 && !reader.Failed; count--)
        {
            reader.Array(5);
            uses.Add(new(new AssetId(reader.Bytes32()), new AppUse(reader.Long(), reader.Long(), reader.Long(), reader.Long())));
        }
        var fields = new FieldReader(reader.Item());
        AssetEntry entry = AssetEntry.Read(ref fields);
        if (fields.Close() != FieldError.None || id != AssetId.Of(owner, entry.Content)) reader.Fail();
        var asset = new AssetState(id, owner, entry, position) { Accepts = accepts, Withheld = withheld, Releases = releases, Withdrawn = withdrawn };
        foreach ((AssetId app, AppUse use) in uses) asset.UseMap[app] = use;
        return asset;
    }
}
