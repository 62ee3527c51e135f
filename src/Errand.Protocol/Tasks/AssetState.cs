using Errand.Primitives;

namespace Errand.Protocol;

/// <summary>A published asset.</summary>
public sealed class AssetState : StateRecord
{
    internal AssetState(AssetId id, PublicKey owner, AssetEntry entry, long position)
        : base(RecordKind.Asset, id.Value)
    {
        Id = id;
        Owner = owner;
        Entry = entry;
        Position = position;
    }

    /// <summary>H("errand/asset/v1", owner, content id).</summary>
    public AssetId Id { get; }

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

    internal override void WriteTo(CanonicalWriter writer)
    {
        writer.Array(5).Bytes(Owner.Value).UInt((ulong)Position).UInt((ulong)Accepts).UInt((ulong)Withheld);
        Entry.WriteTo(writer);
    }
}
