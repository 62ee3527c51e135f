using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Errand.Attestation;

/// <summary>
/// Authenticode hashes of PE/COFF images, as firmware measures them when it loads one (Microsoft, Windows Authenticode Portable Executable Signature
/// Format, "Calculating the PE Image Hash"; edk2 DxeTpm2MeasureBootLib): all but the checksum, the entry of the certificate table, and that table.
/// </summary>
public static class PeImage
{
    /// <summary>The largest image taken, 1 GiB.</summary>
    public const int SizeMax = 1024 * 1024 * 1024;

    private const int DosHeaderSize = 64;
    private const int NewHeaderPointer = 0x3C;
    private const int CoffHeaderSize = 24;
    private const int SectionSize = 40;
    private const int SectionsMax = 96;
    private const int DirectorySize = 8;
    private const int DirectoriesMax = 16;
    private const int CertificateDirectory = 4;
    private const int SizeOfHeadersOffset = 60;
    private const int ChecksumOffset = 64;
    private const ushort Magic32 = 0x10B;
    private const ushort Magic64 = 0x20B;

    /// <summary>The hash of an image; null when it is none, or its parts contradict each other.</summary>
    public static byte[]? TryHash(ReadOnlySpan<byte> image, HashAlgorithmName algorithm)
    {
        if (image.Length is < DosHeaderSize or > SizeMax || !image.StartsWith("MZ"u8)) return null;
        uint start = BinaryPrimitives.ReadUInt32LittleEndian(image[NewHeaderPointer..]);
        if (start > image.Length - CoffHeaderSize || !image[(int)start..].StartsWith("PE\0\0"u8)) return null;
        ReadOnlySpan<byte> coff = image.Slice((int)start, CoffHeaderSize);
        int sectionCount = BinaryPrimitives.ReadUInt16LittleEndian(coff[6..]);
        int optional = (int)start + CoffHeaderSize;
        int sectionTable = optional + BinaryPrimitives.ReadUInt16LittleEndian(coff[20..]);
        if (sectionCount is 0 or > SectionsMax || sectionTable > image.Length) return null;
        if (TryReadCertificates(image[optional..sectionTable]) is not { } certificates) return null;
        uint headersSize = BinaryPrimitives.ReadUInt32LittleEndian(image[(optional + SizeOfHeadersOffset)..]);
        if (headersSize > image.Length || sectionTable + (sectionCount * SectionSize) > headersSize) return null;
        if (TryReadSections(image, sectionTable, sectionCount, headersSize) is not { } sections) return null;
        // The certificate table is last, or there is none.
        long end = image.Length;
        if (certificates.Size != 0)
        {
            end -= certificates.Size;
            if (certificates.Offset != end) return null;
        }
        long hashed = headersSize + sections.Sum(section => (long)section.Size);
        if (hashed > end || sections.Any(section => section.Offset + (long)section.Size > end)) return null;

        using var hash = IncrementalHash.CreateHash(algorithm);
        int checksum = optional + ChecksumOffset;
        hash.AppendData(image[..checksum]);
        ReadOnlySpan<byte> headers = image[(checksum + sizeof(uint))..(int)headersSize];
        if (certificates.Entry is { } entry)
        {
            int skipped = optional + entry - checksum - sizeof(uint);
            hash.AppendData(headers[..skipped]);
            headers = headers[(skipped + DirectorySize)..];
        }
        hash.AppendData(headers);
        foreach ((int offset, int size) in sections) hash.AppendData(image.Slice(offset, size));
        hash.AppendData(image[(int)hashed..(int)end]);
        return hash.GetHashAndReset();
    }

    /// <summary>The certificate table and where its entry lies in the optional header (null when there is no entry).</summary>
    private static (int? Entry, uint Offset, uint Size)? TryReadCertificates(ReadOnlySpan<byte> optional)
    {
        if (optional.Length < ChecksumOffset + sizeof(uint)) return null;
        int? countOffset = BinaryPrimitives.ReadUInt16LittleEndian(optional) switch
        {
            Magic32 => 92,
            Magic64 => 108,
            _ => null,
        };
        if (countOffset is not { } at || optional.Length < at + sizeof(uint)) return null;
        uint count = BinaryPrimitives.ReadUInt32LittleEndian(optional[at..]);
        if (count > DirectoriesMax || optional.Length < at + sizeof(uint) + (count * DirectorySize)) return null;
        if (count <= CertificateDirectory) return (null, 0, 0);
        int entry = at + sizeof(uint) + (CertificateDirectory * DirectorySize);
        return (entry, BinaryPrimitives.ReadUInt32LittleEndian(optional[entry..]), BinaryPrimitives.ReadUInt32LittleEndian(optional[(entry + sizeof(uint))..]));
    }

    /// <summary>The sections that have bytes in the file, in their order there; null when one lies outside, in the headers or in another.</summary>
    private static (int Offset, int Size)[]? TryReadSections(ReadOnlySpan<byte> image, int table, int count, uint headersSize)
    {
        List<(int Offset, int Size)> sections = [];
        for (int i = 0; i < count; i++)
        {
            ReadOnlySpan<byte> item = image.Slice(table + (i * SectionSize), SectionSize);
            uint size = BinaryPrimitives.ReadUInt32LittleEndian(item[16..]);
            uint offset = BinaryPrimitives.ReadUInt32LittleEndian(item[20..]);
            if (size == 0) continue;
            if ((ulong)offset + size > (ulong)image.Length) return null;
            sections.Add(((int)offset, (int)size));
        }
        sections.Sort();
        long previousEnd = headersSize;
        foreach ((int offset, int size) in sections)
        {
            if (offset < previousEnd) return null;
            previousEnd = (long)offset + size;
        }
        return [.. sections];
    }
}
