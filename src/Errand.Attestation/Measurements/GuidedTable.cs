using System.Buffers.Binary;

namespace Errand.Attestation;

/// <summary>
/// The table of entries (data, u16 length, GUID) that OVMF lays before its reset vector; read from its end to its start. The footer entry,
/// 96b582de-1fb2-45f7-baea-a366c55a082d, holds the length of the whole table.
/// </summary>
internal static class GuidedTable
{
    private const int GuidSize = 16;
    private const int EntryMin = sizeof(ushort) + GuidSize;
    private const int AfterTable = 32;

    private static readonly Guid Footer = new("96b582de-1fb2-45f7-baea-a366c55a082d");

    /// <summary>The entries' data by GUID; empty when the image has no table; null when the table is damaged or names an entry twice.</summary>
    internal static Dictionary<Guid, byte[]>? TryRead(ReadOnlySpan<byte> image)
    {
        Dictionary<Guid, byte[]> entries = [];
        if (image.Length < AfterTable + EntryMin) return entries;
        image = image[..^AfterTable];
        if (new Guid(image[^GuidSize..]) != Footer) return entries;
        int length = BinaryPrimitives.ReadUInt16LittleEndian(image[^EntryMin..]);
        if (length < EntryMin || length > image.Length) return null;
        ReadOnlySpan<byte> rest = image[^length..^EntryMin];
        while (!rest.IsEmpty)
        {
            if (rest.Length < EntryMin) return null;
            int size = BinaryPrimitives.ReadUInt16LittleEndian(rest[^EntryMin..]);
            if (size < EntryMin || size > rest.Length) return null;
            if (!entries.TryAdd(new Guid(rest[^GuidSize..]), rest[^size..^EntryMin].ToArray())) return null;
            rest = rest[..^size];
        }
        return entries;
    }
}
