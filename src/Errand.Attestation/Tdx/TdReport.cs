using System.Buffers.Binary;

namespace Errand.Attestation;

/// <summary>
/// The report of a trust domain as it stands in a quote (Intel TDX DCAP Quoting Library API, appendix A.3.2): 584 bytes for TDX 1.0,
/// 648 for TDX 1.5.
/// </summary>
/// <remarks>
/// <code>
/// 000 TEE_TCB_SVN (16)    010 MRSEAM (48)    040 MRSIGNERSEAM (48)    070 SEAMATTRIBUTES    078 TDATTRIBUTES    080 XFAM
/// 088 MRTD (48)    0B8 MRCONFIGID (48)    0E8 MROWNER (48)    118 MROWNERCONFIG (48)    148 RTMR0..3 (48 each)    208 REPORTDATA (64)
/// 248 TEE_TCB_SVN_2 (16)    258 MRSERVICETD (48)    (TDX 1.5)
/// </code>
/// </remarks>
public sealed class TdReport
{
    /// <summary>Bytes of a TDX 1.0 report.</summary>
    public const int Size10 = 584;

    /// <summary>Bytes of a TDX 1.5 report.</summary>
    public const int Size15 = 648;

    /// <summary>Bytes of a measurement register.</summary>
    public const int RegisterSize = 48;

    /// <summary>Bytes of REPORTDATA.</summary>
    public const int ReportDataSize = 64;

    /// <summary>Bytes of TEE_TCB_SVN.</summary>
    public const int SvnSize = 16;

    /// <summary>Run-time measurement registers.</summary>
    public const int RtmrCount = 4;

    private readonly ReadOnlyMemory<byte> _bytes;

    private TdReport(ReadOnlyMemory<byte> bytes) => _bytes = bytes;

    /// <summary>The bytes as received.</summary>
    public ReadOnlyMemory<byte> Encoded => _bytes;

    /// <summary>TEE_TCB_SVN, 16 bytes: what the domain was launched under. Byte 1 is the module's version, byte 0 its ISVSVN.</summary>
    public ReadOnlyMemory<byte> TeeTcbSvn => _bytes[..SvnSize];

    /// <summary>MRSEAM, 48 bytes: the TDX module's measurement.</summary>
    public ReadOnlyMemory<byte> MrSeam => _bytes.Slice(0x10, RegisterSize);

    /// <summary>MRSIGNERSEAM, 48 bytes: the module's signer, zero for Intel.</summary>
    public ReadOnlyMemory<byte> MrSignerSeam => _bytes.Slice(0x40, RegisterSize);

    /// <summary>SEAMATTRIBUTES: the module's attributes.</summary>
    public ulong SeamAttributes => BinaryPrimitives.ReadUInt64LittleEndian(_bytes.Span[0x70..]);

    /// <summary>TDATTRIBUTES.</summary>
    public TdAttributes Attributes => new(BinaryPrimitives.ReadUInt64LittleEndian(_bytes.Span[0x78..]));

    /// <summary>XFAM: processor state that the domain may use.</summary>
    public ulong Xfam => BinaryPrimitives.ReadUInt64LittleEndian(_bytes.Span[0x80..]);

    /// <summary>MRTD, 48 bytes: what the domain was built from.</summary>
    public ReadOnlyMemory<byte> MrTd => _bytes.Slice(0x88, RegisterSize);

    /// <summary>MRCONFIGID, 48 bytes.</summary>
    public ReadOnlyMemory<byte> MrConfigId => _bytes.Slice(0xB8, RegisterSize);

    /// <summary>MROWNER, 48 bytes.</summary>
    public ReadOnlyMemory<byte> MrOwner => _bytes.Slice(0xE8, RegisterSize);

    /// <summary>MROWNERCONFIG, 48 bytes.</summary>
    public ReadOnlyMemory<byte> MrOwnerConfig => _bytes.Slice(0x118, RegisterSize);

    /// <summary>REPORTDATA, 64 bytes.</summary>
    public ReadOnlyMemory<byte> ReportData => _bytes.Slice(0x208, ReportDataSize);

    /// <summary>TEE_TCB_SVN_2, 16 bytes: what now runs, newer than at launch when the module was updated under the domain; null before TDX 1.5.</summary>
    public ReadOnlyMemory<byte>? TeeTcbSvn2 => _bytes.Length == Size15 ? _bytes.Slice(0x248, SvnSize) : default(ReadOnlyMemory<byte>?);

    /// <summary>MRSERVICETD, 48 bytes: the service domains bound to this one; null before TDX 1.5.</summary>
    public ReadOnlyMemory<byte>? MrServiceTd => _bytes.Length == Size15 ? _bytes.Slice(0x258, RegisterSize) : default(ReadOnlyMemory<byte>?);

    /// <summary>A run-time measurement register, 48 bytes.</summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="index"/> is not 0 to 3.</exception>
    public ReadOnlyMemory<byte> Rtmr(int index) => index is >= 0 and < RtmrCount
        ? _bytes.Slice(0x148 + index * RegisterSize, RegisterSize)
        : throw new ArgumentOutOfRangeException(nameof(index));

    /// <summary>Reads a report; null unless it is 584 or 648 bytes. Keeps <paramref name="bytes"/>.</summary>
    public static TdReport? TryParse(ReadOnlyMemory<byte> bytes) => bytes.Length is Size10 or Size15 ? new TdReport(bytes) : null;
}
