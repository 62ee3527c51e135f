using System.Buffers.Binary;

namespace Errand.Attestation;

/// <summary>
/// The certificates that a host gives its guests beside a report (GHCB Standardization, publication 56421, section 4.1.8.1). Anybody may have
/// written it: what is in it is vouched for by the chain's own signatures.
/// </summary>
/// <remarks>
/// <code>
/// entries of 24 bytes up to one of zeros:  00 GUID (16, mixed-endian)   10 offset from the table's start (4)   14 size (4), little-endian
/// certificates in DER, wherever the entries say
/// </code>
/// A GUID that is not known is passed over, as the table may hold more than certificates; a known one stands there once.
/// </remarks>
public sealed class SnpCertificateTable
{
    /// <summary>The longest table read.</summary>
    public const int SizeMax = 32 * 1024;

    private const int EntrySize = 24, GuidSize = 16, EntriesMax = 32;
    private static readonly Guid Vcek = new("63da758d-e664-4564-adc5-f4b93be8accd"), Vlek = new("a8074bc2-a25a-483e-aae6-39c045a0b8a1");
    private static readonly Guid Ask = new("4ab7b379-bbac-4fe4-a02f-05aef327c782"), Ark = new("c0b406a4-a803-4952-9743-3fb6014cd0ae");
    private static readonly Guid[] Known = [Vcek, Vlek, Ask, Ark];

    private SnpCertificateTable(IReadOnlyDictionary<Guid, ReadOnlyMemory<byte>> certificates) => Chain = ChainOf(certificates);

    /// <summary>Endorsement key, intermediate and root in DER; null unless all three are there. A VCEK goes before a VLEK, whose intermediate has the same place.</summary>
    public IReadOnlyList<ReadOnlyMemory<byte>>? Chain { get; }

    /// <summary>Reads a table; null for one that has no end, an entry outside of it or in its own list, or the same certificate twice.</summary>
    public static SnpCertificateTable? TryRead(ReadOnlySpan<byte> table)
    {
        if (table.Length > SizeMax || FindEnd(table) is not { } end) return null;
        var certificates = new Dictionary<Guid, ReadOnlyMemory<byte>>();
        for (int at = 0; at < end; at += EntrySize)
        {
            var guid = new Guid(table.Slice(at, GuidSize));
            uint offset = BinaryPrimitives.ReadUInt32LittleEndian(table[(at + GuidSize)..]), size = BinaryPrimitives.ReadUInt32LittleEndian(table[(at + GuidSize + sizeof(uint))..]);
            if (offset < end + EntrySize || offset > table.Length || size == 0 || size > table.Length - offset) return null;
            if (Known.Contains(guid) && !certificates.TryAdd(guid, table.Slice((int)offset, (int)size).ToArray())) return null;
        }
        return new SnpCertificateTable(certificates);
    }

    // Where the entry of zeros lies.
    private static int? FindEnd(ReadOnlySpan<byte> table)
    {
        for (int at = 0; at <= table.Length - EntrySize && at <= EntriesMax * EntrySize; at += EntrySize)
            if (!table.Slice(at, EntrySize).ContainsAnyExcept((byte)0)) return at;
        return null;
    }

    private static ReadOnlyMemory<byte>[]? ChainOf(IReadOnlyDictionary<Guid, ReadOnlyMemory<byte>> certificates)
    {
        bool leaf = certificates.TryGetValue(Vcek, out ReadOnlyMemory<byte> key) || certificates.TryGetValue(Vlek, out key);
        return leaf && certificates.TryGetValue(Ask, out ReadOnlyMemory<byte> intermediate) && certificates.TryGetValue(Ark, out ReadOnlyMemory<byte> root) ? [key, intermediate, root] : null;
    }
}
