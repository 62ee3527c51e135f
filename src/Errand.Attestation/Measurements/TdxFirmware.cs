using System.Buffers.Binary;

namespace Errand.Attestation;

/// <summary>
/// What a VMM reads from a TDVF image (an OVMF with TDX support): the metadata that an entry of its GUIDed table points to (Intel TDX
/// Virtual Firmware Design Guide, section 11; edk2 OvmfPkg/ResetVector/X64/OvmfMetadata). Immutable.
/// </summary>
public sealed class TdxFirmware
{
    internal const int PageSize = 4096;

    private const int SectionsMax = 64;
    private const int SectionSize = 32;
    private const int HeaderSize = 16;
    private const uint MetadataVersion = 1;

    /// <summary>All sections together: 256 MiB.</summary>
    private const ulong PagesMax = 65536;

    private static readonly Guid Metadata = new("e47a6535-984a-4798-865e-4685a7bf8ec2");

    private TdxFirmware(ReadOnlyMemory<byte> image, IReadOnlyList<TdxSection> sections)
    {
        Image = image;
        Sections = sections;
    }

    /// <summary>The whole image.</summary>
    internal ReadOnlyMemory<byte> Image { get; }

    /// <summary>The metadata; not empty.</summary>
    internal IReadOnlyList<TdxSection> Sections { get; }

    /// <summary>Reads an image, which the caller must not change afterwards; null and the error when it cannot be measured.</summary>
    public static TdxFirmware? TryRead(ReadOnlyMemory<byte> image, out MeasurementError error)
    {
        error = MeasurementError.FirmwareSize;
        if (image.IsEmpty || image.Length > SevFirmware.SizeMax || image.Length % PageSize != 0) return null;
        error = MeasurementError.FirmwareTable;
        if (GuidedTable.TryRead(image.Span) is not { } table) return null;
        error = MeasurementError.TdxMetadata;
        if (!table.TryGetValue(Metadata, out byte[]? pointer) || !BinaryPrimitives.TryReadUInt32LittleEndian(pointer, out uint fromEnd)) return null;
        if (TryReadSections(image.Span, fromEnd) is not { } sections) return null;
        error = MeasurementError.None;
        return new TdxFirmware(image, sections);
    }

    private static TdxSection[]? TryReadSections(ReadOnlySpan<byte> image, uint fromEnd)
    {
        if (fromEnd > image.Length || fromEnd < HeaderSize) return null;
        ReadOnlySpan<byte> header = image[^(int)fromEnd..];
        if (!header.StartsWith("TDVF"u8) || BinaryPrimitives.ReadUInt32LittleEndian(header[8..]) != MetadataVersion) return null;
        uint size = BinaryPrimitives.ReadUInt32LittleEndian(header[4..]);
        uint count = BinaryPrimitives.ReadUInt32LittleEndian(header[12..]);
        if (count is 0 or > SectionsMax || size > fromEnd || size < HeaderSize + (count * SectionSize)) return null;
        var sections = new TdxSection[count];
        ulong pages = 0;
        for (int i = 0; i < sections.Length; i++)
        {
            if (TryReadSection(header.Slice(HeaderSize + (i * SectionSize), SectionSize), image.Length) is not { } section) return null;
            pages += section.Attributes.HasFlag(TdxSectionAttributes.Augment) ? 0 : section.Size / PageSize;
            if (pages > PagesMax) return null;
            sections[i] = section;
        }
        return sections;
    }

    private static TdxSection? TryReadSection(ReadOnlySpan<byte> item, int imageSize)
    {
        uint offset = BinaryPrimitives.ReadUInt32LittleEndian(item);
        uint dataSize = BinaryPrimitives.ReadUInt32LittleEndian(item[4..]);
        ulong address = BinaryPrimitives.ReadUInt64LittleEndian(item[8..]);
        ulong size = BinaryPrimitives.ReadUInt64LittleEndian(item[16..]);
        var attributes = (TdxSectionAttributes)BinaryPrimitives.ReadUInt32LittleEndian(item[28..]);
        if ((ulong)offset + dataSize > (ulong)imageSize || dataSize > size) return null;
        // Sections that only exist on some machines have no pages at all.
        if (address % PageSize != 0 || size % PageSize != 0 || size > ulong.MaxValue - address) return null;
        return attributes is TdxSectionAttributes.None or TdxSectionAttributes.Extend or TdxSectionAttributes.Augment
            ? new TdxSection((int)offset, (int)dataSize, address, size, attributes)
            : null;
    }
}
