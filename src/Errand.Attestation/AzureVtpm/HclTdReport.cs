namespace Errand.Attestation;

/// <summary>
/// A TDREPORT_STRUCT (Intel TDX Module ABI Specification) as far as it is looked at: 1,024 bytes under a MAC that only the processor can
/// check. It proves nothing remotely.
/// </summary>
public sealed class HclTdReport
{
    /// <summary>Bytes of a report.</summary>
    public const int Size = 1024;

    private const byte TdType = 0x81;
    private const int ReportDataOffset = 128;

    private readonly ReadOnlyMemory<byte> _bytes;

    private HclTdReport(ReadOnlyMemory<byte> bytes) => _bytes = bytes;

    /// <summary>REPORTTYPE: type (81h, a trust domain), subtype, version, reserved.</summary>
    public ReadOnlyMemory<byte> ReportType => _bytes[..4];

    /// <summary>REPORTDATA, 64 bytes.</summary>
    public ReadOnlyMemory<byte> ReportData => _bytes.Slice(ReportDataOffset, TdReport.ReportDataSize);

    /// <summary>Reads a report; null unless it has 1,024 bytes and is of a trust domain. Keeps <paramref name="bytes"/>.</summary>
    public static HclTdReport? TryParse(ReadOnlyMemory<byte> bytes) => bytes.Length == Size && bytes.Span[0] == TdType ? new HclTdReport(bytes) : null;
}
