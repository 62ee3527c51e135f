using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Errand.Attestation;

/// <summary>
/// Calculates MRTD, the SHA-384 over what the VMM builds a domain from (Intel TDX Module Base Architecture Specification, MRTD): for each page
/// added 128 bytes, <c>MEM.PAGE.ADD</c> and its address at 16; for each 256 bytes measured 128 bytes, <c>MR.EXTEND</c> and their address, and
/// the bytes themselves.
/// </summary>
public static class TdxMrTd
{
    private const int RecordSize = 128;
    private const int AddressOffset = 16;
    private const int ChunkSize = 256;

    /// <summary>MRTD, 48 bytes.</summary>
    public static byte[] Calculate(TdxFirmware firmware, TdxPageOrder order)
    {
        ArgumentNullException.ThrowIfNull(firmware);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA384);
        foreach (TdxSection section in firmware.Sections)
        {
            if (section.Attributes.HasFlag(TdxSectionAttributes.Augment)) continue;
            switch (order)
            {
                case TdxPageOrder.PageByPage:
                    for (ulong offset = 0; offset < section.Size; offset += TdxFirmware.PageSize)
                    {
                        AddPage(hash, section, offset);
                        ExtendPage(hash, firmware, section, offset);
                    }
                    break;
                case TdxPageOrder.AddedFirst:
                    for (ulong offset = 0; offset < section.Size; offset += TdxFirmware.PageSize) AddPage(hash, section, offset);
                    for (ulong offset = 0; offset < section.Size; offset += TdxFirmware.PageSize) ExtendPage(hash, firmware, section, offset);
                    break;
                default:
                    throw new ArgumentOutOfRangeException(nameof(order));
            }
        }
        return hash.GetHashAndReset();
    }

    private static void AddPage(IncrementalHash hash, TdxSection section, ulong offset) => Append(hash, "MEM.PAGE.ADD"u8, section.Address + offset);

    private static void ExtendPage(IncrementalHash hash, TdxFirmware firmware, TdxSection section, ulong offset)
    {
        if (!section.Attributes.HasFlag(TdxSectionAttributes.Extend)) return;
        ReadOnlySpan<byte> data = firmware.Image.Span.Slice(section.DataOffset, section.DataSize);
        Span<byte> page = stackalloc byte[TdxFirmware.PageSize];
        page.Clear();
        if (offset < (ulong)data.Length)
        {
            ReadOnlySpan<byte> rest = data[(int)offset..];
            rest[..Math.Min(rest.Length, page.Length)].CopyTo(page);
        }
        for (int chunk = 0; chunk < page.Length; chunk += ChunkSize)
        {
            Append(hash, "MR.EXTEND"u8, section.Address + offset + (ulong)chunk);
            hash.AppendData(page.Slice(chunk, ChunkSize));
        }
    }

    private static void Append(IncrementalHash hash, ReadOnlySpan<byte> name, ulong address)
    {
        Span<byte> record = stackalloc byte[RecordSize];
        record.Clear();
        name.CopyTo(record);
        BinaryPrimitives.WriteUInt64LittleEndian(record[AddressOffset..], address);
        hash.AppendData(record);
    }
}
