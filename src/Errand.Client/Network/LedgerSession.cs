using Errand.Primitives;

namespace Errand.Client;

/// <summary>What a served ledger says of its present run: <c>[instance, entries, floor]</c>.</summary>
/// <param name="Instance">The run.</param>
/// <param name="Count">How many entries are durable, final or not: all that earlier runs took lie before.</param>
/// <param name="Floor">Numbers of requests must lie above.</param>
public sealed record LedgerSession(RequestInstance Instance, long Count, ulong Floor)
{
    /// <summary>As canonical CBOR.</summary>
    public byte[] Encode() => new CanonicalWriter().Array(3).Bytes(Instance.ToArray()).UInt((ulong)Count).UInt(Floor).ToArray();

    /// <summary>Reads it; null for anything else.</summary>
    public static LedgerSession? TryDecode(ReadOnlySpan<byte> encoded)
    {
        var reader = new CanonicalReader(encoded);
        return reader.TryReadArrayHeader(3, out int count) && count == 3
            && reader.TryReadBytes(RequestInstance.Size, out ReadOnlySpan<byte> instance) && instance.Length == RequestInstance.Size
            && reader.TryReadUInt(out ulong entries) && entries <= long.MaxValue && reader.TryReadUInt(out ulong floor) && floor <= long.MaxValue && reader.AtEnd
                ? new LedgerSession(new RequestInstance(instance), (long)entries, floor)
                : null;
    }
}
