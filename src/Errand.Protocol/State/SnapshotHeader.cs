using Errand.Primitives;

namespace Errand.Protocol;

/// <summary>What a snapshot says of itself (docs/protocol.md section 9.4).</summary>
/// <param name="RulesVersion">The rules in force.</param>
/// <param name="Network">The network.</param>
/// <param name="Position">Position of the next entry: the state is that after so many entries.</param>
/// <param name="LedgerMilliseconds">The ledger's time of the last entry; 0 before the first.</param>
/// <param name="Root">The state root.</param>
/// <param name="Records">How many records follow.</param>
public sealed record SnapshotHeader(int RulesVersion, NetworkId Network, long Position, long LedgerMilliseconds, StateRoot Root, long Records)
{
    internal const ulong Version = 1;

    /// <summary>Reads the front of a snapshot: what it says of itself, which nothing has borne out yet.</summary>
    /// <param name="stream">The snapshot; left behind the header.</param>
    /// <param name="header">The header; null unless there is no error.</param>
    public static SnapshotError TryRead(Stream stream, out SnapshotHeader? header)
    {
        ArgumentNullException.ThrowIfNull(stream);
        return SnapshotFormat.TryReadHeader(stream, out header);
    }

    internal byte[] Encode() => new CanonicalWriter().Map(7).Key(0).UInt(Version).Key(1).UInt((ulong)RulesVersion).Key(2).Bytes(Network.Value)
        .Key(3).UInt((ulong)Position).Key(4).UInt((ulong)LedgerMilliseconds).Key(5).Bytes(Root.Value).Key(6).UInt((ulong)Records).ToArray();

    internal static SnapshotError TryDecode(ReadOnlySpan<byte> bytes, out SnapshotHeader header)
    {
        header = null!;
        if (!CanonicalCbor.IsCanonical(bytes)) return SnapshotError.Malformed;
        var fields = new FieldReader(bytes);
        ulong version = fields.UInt(0);
        if (fields.Error == FieldError.None && version != Version) return SnapshotError.Version;
        header = new SnapshotHeader(fields.Int(1), new NetworkId(fields.Bytes32(2)), (long)fields.UInt(3, long.MaxValue), (long)fields.UInt(4, long.MaxValue),
            new StateRoot(fields.Bytes32(5)), (long)fields.UInt(6, long.MaxValue));
        return fields.Close() == FieldError.None ? SnapshotError.None : SnapshotError.Malformed;
    }
}
