using System.Buffers.Binary;

namespace Errand.Attestation;

/// <summary>
/// The attestation report that Azure's paravisor ("host compatibility layer") keeps in NV index 0x01400001 of a confidential VM's virtual TPM
/// (Microsoft, Confidential VM Guest Attestation Design Detail, Attestation Report Format). Little-endian.
/// </summary>
/// <remarks>
/// <code>
/// 0000 "HCLA"    0004 version, 1 or 2    0008 report size    000C request type, 2    0010 status, 0    0014 reserved, 12 bytes of zero
/// 0020 hardware report, padded with zeros to 1,184 bytes
/// 04C0 data size, 20 + n    04C4 version, 1    04C8 report type    04CC hash type    04D0 claims size, n    04D4 claims, n bytes of JSON
/// then zeros to the size of the index, 2,600 bytes
/// </code>
/// Only the claims are covered by the hardware report, whose report data is their hash. The report size is documented as that of the
/// hardware report, and in real reports is that of everything before the padding: both are read.
/// </remarks>
public sealed class HclReport
{
    /// <summary>The longest report read.</summary>
    public const int SizeMax = 8192;

    private const uint Signature = 0x414C4348;
    private const uint AkCertificateRequest = 2;
    private const int HeaderSize = 32;
    private const int HardwareReportSizeMax = 1184;
    private const int RuntimeOffset = HeaderSize + HardwareReportSizeMax;
    private const int RuntimeHeaderSize = 20;
    private const int ClaimsOffset = RuntimeOffset + RuntimeHeaderSize;

    private readonly ReadOnlyMemory<byte> _bytes;

    private HclReport(ReadOnlyMemory<byte> bytes, TpmAlgorithm hash)
    {
        _bytes = bytes;
        Hash = hash;
    }

    /// <summary>The bytes as received.</summary>
    public ReadOnlyMemory<byte> Encoded => _bytes;

    /// <summary>Version of the header, 1 or 2.</summary>
    public int Version => (int)UInt32(4);

    /// <summary>The size that the header states, in bytes.</summary>
    public int ReportSize => (int)UInt32(8);

    /// <summary>What the report was made for; always 2, a certificate for the attestation key.</summary>
    public int RequestType => (int)UInt32(12);

    /// <summary>Status; always 0.</summary>
    public int Status => (int)UInt32(16);

    /// <summary>Size of the runtime data with their header, in bytes.</summary>
    public int RuntimeDataSize => (int)UInt32(RuntimeOffset);

    /// <summary>Version of the runtime data; always 1.</summary>
    public int RuntimeVersion => (int)UInt32(RuntimeOffset + 4);

    /// <summary>Which hardware report it is.</summary>
    public HclReportType ReportType => (HclReportType)UInt32(RuntimeOffset + 8);

    /// <summary>SHA-256, SHA-384 or SHA-512: what the runtime claims are hashed with.</summary>
    public TpmAlgorithm Hash { get; }

    /// <summary>The hardware report: 1,184 bytes, of TDX 1,024.</summary>
    public ReadOnlyMemory<byte> HardwareReport => _bytes.Slice(HeaderSize, HardwareReportSize(ReportType));

    /// <summary>The runtime claims as received, JSON: what the hardware report vouches for.</summary>
    public ReadOnlyMemory<byte> RuntimeClaims => _bytes.Slice(ClaimsOffset, (int)UInt32(RuntimeOffset + 16));

    /// <summary>Reads a report; null for anything but the form above.</summary>
    public static HclReport? TryParse(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length is < ClaimsOffset or > SizeMax) return null;
        uint Field(ReadOnlySpan<byte> source, int offset) => BinaryPrimitives.ReadUInt32LittleEndian(source[offset..]);
        if (Field(bytes, 0) != Signature || Field(bytes, 4) is not (1 or 2) || Field(bytes, 12) != AkCertificateRequest || !Zero(bytes[16..HeaderSize])) return null;

        TpmAlgorithm? hash = Field(bytes, RuntimeOffset + 12) switch { 1 => TpmAlgorithm.Sha256, 2 => TpmAlgorithm.Sha384, 3 => TpmAlgorithm.Sha512, _ => null };
        HclReportType? type = Field(bytes, RuntimeOffset + 8) switch { 1 => HclReportType.Vbs, 2 => HclReportType.SevSnp, 4 => HclReportType.Tdx, _ => null };
        if (hash is null || type is null || Field(bytes, RuntimeOffset + 4) != 1) return null;

        uint claimsSize = Field(bytes, RuntimeOffset + 16);
        if (claimsSize == 0 || claimsSize > bytes.Length - ClaimsOffset || Field(bytes, RuntimeOffset) != claimsSize + RuntimeHeaderSize) return null;
        int end = ClaimsOffset + (int)claimsSize;
        int hardwareSize = HardwareReportSize(type.Value);
        bool sized = Field(bytes, 8) is { } size && (size == end || size == hardwareSize);
        return sized && Zero(bytes[(HeaderSize + hardwareSize)..RuntimeOffset]) && Zero(bytes[end..]) ? new HclReport(bytes.ToArray(), hash.Value) : null;
    }

    /// <summary>What a hardware report must carry as its 64 bytes of report data: the hash of the runtime claims, then zeros.</summary>
    public byte[] ExpectedReportData()
    {
        var expected = new byte[SnpReport.ReportDataSize];
        Hash.Hash(RuntimeClaims.Span).CopyTo(expected, 0);
        return expected;
    }

    private static int HardwareReportSize(HclReportType type) => type == HclReportType.Tdx ? HclTdReport.Size : HardwareReportSizeMax;

    private static bool Zero(ReadOnlySpan<byte> bytes) => !bytes.ContainsAnyExcept((byte)0);

    private uint UInt32(int offset) => BinaryPrimitives.ReadUInt32LittleEndian(_bytes.Span[offset..]);
}
