using System.Buffers.Binary;

namespace Errand.Attestation;

/// <summary>
/// What a VMM reads from an OVMF image to launch it: the table of GUIDed entries that ends 32 bytes before the image's end, and the SEV metadata
/// that one entry points to (edk2 OvmfPkg/ResetVector). Immutable.
/// </summary>
public sealed class SevFirmware
{
    internal const int PageSize = 4096;

    /// <summary>The largest image taken, 64 MiB.</summary>
    public const int SizeMax = 64 * 1024 * 1024;

    private const int SectionsMax = 64;
    private const int SectionSize = 12;
    private const int MetadataHeaderSize = 16;
    private const uint MetadataVersion = 1;

    /// <summary>All sections together: 256 MiB.</summary>
    private const int SectionPagesMax = 65536;

    private static readonly Guid HashTable = new("7255371f-3a3b-4b04-927b-1da6efa8d454");
    private static readonly Guid ResetBlock = new("00f771de-1a7e-4fcb-890e-68c77e2fb44e");
    private static readonly Guid ServiceModule = new("a789a612-0597-4c4b-a49f-cbb1fe9d1ddd");
    private static readonly Guid Metadata = new("dc886566-984a-4798-a75e-5585a7bf67cc");

    private SevFirmware(ReadOnlyMemory<byte> image, uint hashTableAddress, uint resetAddress, uint? serviceModuleEntry, IReadOnlyList<SevSection> sections)
    {
        Image = image;
        HashTableAddress = hashTableAddress;
        ResetAddress = resetAddress;
        ServiceModuleEntry = serviceModuleEntry;
        Sections = sections;
    }

    /// <summary>The whole image.</summary>
    internal ReadOnlyMemory<byte> Image { get; }

    /// <summary>Where the VMM puts the table of kernel hashes; zero when the firmware reads none.</summary>
    internal uint HashTableAddress { get; }

    /// <summary>Where processors other than the first start; zero when the firmware does not say.</summary>
    internal uint ResetAddress { get; }

    /// <summary>In a service module (SVSM): where processors start, from the image's begin; null in other images.</summary>
    internal uint? ServiceModuleEntry { get; }

    /// <summary>The SEV metadata; empty for firmware without.</summary>
    internal IReadOnlyList<SevSection> Sections { get; }

    /// <summary>Reads an image, which the caller must not change afterwards; null and the error when it cannot be measured.</summary>
    public static SevFirmware? TryRead(ReadOnlyMemory<byte> image, out MeasurementError error)
    {
        error = MeasurementError.FirmwareSize;
        if (image.IsEmpty || image.Length > SizeMax || image.Length % PageSize != 0) return null;
        error = MeasurementError.FirmwareTable;
        if (GuidedTable.TryRead(image.Span) is not { } table) return null;
        if (!TryReadAddress(table, HashTable, out uint hashes) || !TryReadAddress(table, ResetBlock, out uint reset)) return null;
        if (!TryReadAddress(table, ServiceModule, out uint entry) || !TryReadAddress(table, Metadata, out uint fromEnd)) return null;
        error = MeasurementError.SevMetadata;
        IReadOnlyList<SevSection>? sections = table.ContainsKey(Metadata) ? TryReadSections(image.Span, fromEnd) : [];
        if (sections is null) return null;
        error = MeasurementError.None;
        return new SevFirmware(image, hashes, reset, table.ContainsKey(ServiceModule) ? entry : null, sections);
    }

    /// <summary>The first four bytes of an entry; zero when it is not there. False when it is too short.</summary>
    private static bool TryReadAddress(Dictionary<Guid, byte[]> table, Guid name, out uint address)
    {
        address = 0;
        return !table.TryGetValue(name, out byte[]? data) || BinaryPrimitives.TryReadUInt32LittleEndian(data, out address);
    }

    private static SevSection[]? TryReadSections(ReadOnlySpan<byte> image, uint fromEnd)
    {
        if (fromEnd > image.Length || fromEnd < MetadataHeaderSize) return null;
        ReadOnlySpan<byte> header = image[^(int)fromEnd..];
        if (!header.StartsWith("ASEV"u8)) return null;
        uint size = BinaryPrimitives.ReadUInt32LittleEndian(header[4..]);
        uint count = BinaryPrimitives.ReadUInt32LittleEndian(header[12..]);
        if (BinaryPrimitives.ReadUInt32LittleEndian(header[8..]) != MetadataVersion || count > SectionsMax) return null;
        if (size > fromEnd || size < MetadataHeaderSize + (count * SectionSize)) return null;
        var sections = new SevSection[count];
        long pages = 0;
        for (int i = 0; i < sections.Length; i++)
        {
            ReadOnlySpan<byte> item = header.Slice(MetadataHeaderSize + (i * SectionSize), SectionSize);
            var section = new SevSection(BinaryPrimitives.ReadUInt32LittleEndian(item), BinaryPrimitives.ReadUInt32LittleEndian(item[4..]), (SevSectionKind)BinaryPrimitives.ReadUInt32LittleEndian(item[8..]));
            if (!Enum.IsDefined(section.Kind) || section.Address % PageSize != 0 || section.Size % PageSize != 0 || section.Size == 0) return null;
            pages += section.Size / PageSize;
            sections[i] = section;
        }
        return pages <= SectionPagesMax ? sections : null;
    }
}
