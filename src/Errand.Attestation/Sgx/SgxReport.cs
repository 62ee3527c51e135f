using System.Buffers.Binary;

namespace Errand.Attestation;

/// <summary>The body of an SGX enclave's report (Intel SDM volume 3D, section 40.15, REPORT): 384 bytes, little-endian.</summary>
/// <remarks>
/// <code>
/// 000 CPUSVN (16)    010 MISCSELECT    014 CET attributes    020 ISVEXTPRODID (16)    030 ATTRIBUTES (16)    040 MRENCLAVE (32)
/// 080 MRSIGNER (32)  0C0 CONFIGID (64) 100 ISVPRODID    102 ISVSVN    104 CONFIGSVN    130 ISVFAMILYID (16)  140 REPORTDATA (64)
/// </code>
/// Bytes between are reserved and must be zero.
/// </remarks>
public sealed class SgxReport
{
    /// <summary>Bytes of a report's body.</summary>
    public const int Size = 384;

    /// <summary>Bytes of REPORTDATA.</summary>
    public const int ReportDataSize = 64;

    private readonly ReadOnlyMemory<byte> _bytes;

    private SgxReport(ReadOnlyMemory<byte> bytes) => _bytes = bytes;

    /// <summary>The bytes as received.</summary>
    public ReadOnlyMemory<byte> Encoded => _bytes;

    /// <summary>CPUSVN, 16 bytes.</summary>
    public ReadOnlyMemory<byte> CpuSvn => _bytes[..16];

    /// <summary>MISCSELECT.</summary>
    public uint MiscSelect => BinaryPrimitives.ReadUInt32LittleEndian(_bytes.Span[0x10..]);

    /// <summary>CET_ATTRIBUTES.</summary>
    public byte CetAttributes => _bytes.Span[0x14];

    /// <summary>ISVEXTPRODID, 16 bytes.</summary>
    public ReadOnlyMemory<byte> IsvExtendedProductId => _bytes.Slice(0x20, 16);

    /// <summary>ATTRIBUTES: flags and XFRM.</summary>
    public SgxAttributes Attributes => new(BinaryPrimitives.ReadUInt64LittleEndian(_bytes.Span[0x30..]), BinaryPrimitives.ReadUInt64LittleEndian(_bytes.Span[0x38..]));

    /// <summary>MRENCLAVE, 32 bytes.</summary>
    public ReadOnlyMemory<byte> MrEnclave => _bytes.Slice(0x40, 32);

    /// <summary>MRSIGNER, 32 bytes.</summary>
    public ReadOnlyMemory<byte> MrSigner => _bytes.Slice(0x80, 32);

    /// <summary>CONFIGID, 64 bytes.</summary>
    public ReadOnlyMemory<byte> ConfigId => _bytes.Slice(0xC0, 64);

    /// <summary>ISVPRODID.</summary>
    public ushort IsvProductId => BinaryPrimitives.ReadUInt16LittleEndian(_bytes.Span[0x100..]);

    /// <summary>ISVSVN.</summary>
    public ushort IsvSvn => BinaryPrimitives.ReadUInt16LittleEndian(_bytes.Span[0x102..]);

    /// <summary>CONFIGSVN.</summary>
    public ushort ConfigSvn => BinaryPrimitives.ReadUInt16LittleEndian(_bytes.Span[0x104..]);

    /// <summary>ISVFAMILYID, 16 bytes.</summary>
    public ReadOnlyMemory<byte> IsvFamilyId => _bytes.Slice(0x130, 16);

    /// <summary>REPORTDATA, 64 bytes.</summary>
    public ReadOnlyMemory<byte> ReportData => _bytes.Slice(0x140, ReportDataSize);

    /// <summary>Reads a report's body; null unless it is 384 bytes with the reserved ones zero. Keeps <paramref name="bytes"/>.</summary>
    public static SgxReport? TryParse(ReadOnlyMemory<byte> bytes)
    {
        if (bytes.Length != Size) return null;
        ReadOnlySpan<byte> span = bytes.Span;
        return Zero(span[0x15..0x20]) && Zero(span[0x60..0x80]) && Zero(span[0xA0..0xC0]) && Zero(span[0x106..0x130]) ? new SgxReport(bytes) : null;
    }

    private static bool Zero(ReadOnlySpan<byte> bytes) => !bytes.ContainsAnyExcept((byte)0);
}
