using System.Buffers.Binary;
using System.Globalization;

namespace Errand.Enclave;

/// <summary>Takes one report through configfs-tsm, which is the same for SEV-SNP and TDX (Linux 6.7 and later).</summary>
/// <remarks>
/// An entry of its own; its generation is read, the data written once, the report read, and the generation again: it counts the writes, and one of
/// somebody else's, or one of ours that the kernel dropped, shows. What comes out must also say the data that went in. Then the way is
/// closed. A machine whose report or closing failed ends: it is told nothing more.
/// </remarks>
/// <param name="tree">configfs.</param>
/// <param name="close">Closes the way to another report, for good; throws <see cref="ReportFaultException"/> when it cannot.</param>
internal sealed class TsmReporter(ITsmTree tree, Action<TsmProvider> close) : IReportSource
{
    /// <summary>The entry's name.</summary>
    public const string Entry = "errand";

    /// <summary>Bytes of report data.</summary>
    public const int ReportDataSize = 64;

    private const int TextSizeMax = 64;
    private const int NoSuchDevice = 6, DeviceBusy = 16, TooLarge = 27;
    private const int SnpSize = 1184, SnpReportData = 0x50;
    private const int QuoteHeaderSize = 48, QuoteDescriptorSize = 6, TdReportData = 520, TdReportSize = 584;
    private int _taken;

    /// <inheritdoc/>
    public TakenReport Take(ReadOnlySpan<byte> reportData)
    {
        if (reportData.Length != ReportDataSize) throw new ArgumentException($"Report data has {ReportDataSize} bytes.", nameof(reportData));
        if (Interlocked.Exchange(ref _taken, 1) != 0) throw new InvalidOperationException("A machine takes one report in its life.");
        TakenReport report;
        try
        {
            report = Read(reportData);
            tree.Remove(Entry);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new ReportFaultException(fault.HResult == DeviceBusy ? ReportFault.Busy : fault.HResult == TooLarge ? ReportFault.Size : ReportFault.Device);
        }
        close(report.Provider);
        return report;
    }

    private TakenReport Read(ReadOnlySpan<byte> reportData)
    {
        try
        {
            tree.Create(Entry);
        }
        catch (IOException none) when (none is DirectoryNotFoundException || none.HResult == NoSuchDevice)
        {
            throw new ReportFaultException(ReportFault.NoReports);
        }
        TsmProvider provider = ReadText("provider") switch
        {
            "sev_guest" => TsmProvider.SevGuest,
            "tdx_guest" => TsmProvider.TdxGuest,
            _ => throw new ReportFaultException(ReportFault.Provider),
        };
        // Level 0 is the default, and what reference values name. A service module above us would keep it for itself.
        if (ReadText("privlevel_floor") is not (null or "0")) throw new ReportFaultException(ReportFault.PrivilegeLevel);

        ulong before = ReadGeneration();
        tree.Write(Entry, "inblob", reportData);
        byte[] report = ReadBlob("outblob") ?? throw new ReportFaultException(ReportFault.Size);
        byte[] auxiliary = ReadBlob("auxblob") ?? [];
        if (ReadGeneration() != unchecked(before + 1)) throw new ReportFaultException(ReportFault.Generation);
        if (ReportDataOf(provider, report) is not { } offset) throw new ReportFaultException(ReportFault.Size);
        if (!report.AsSpan(offset, ReportDataSize).SequenceEqual(reportData)) throw new ReportFaultException(ReportFault.ReportData);
        return new TakenReport(provider, report, auxiliary);
    }

    private string? ReadText(string file) => tree.Read(Entry, file, TextSizeMax) is { Length: > 0 and <= TextSizeMax } bytes ? System.Text.Encoding.Latin1.GetString(bytes).TrimEnd('\n') : null;

    private ulong ReadGeneration() =>
        ulong.TryParse(ReadText("generation"), NumberStyles.None, CultureInfo.InvariantCulture, out ulong value) ? value : throw new ReportFaultException(ReportFault.Generation);

    private byte[]? ReadBlob(string file)
    {
        byte[]? bytes = tree.Read(Entry, file, TakenReport.SizeMax);
        return bytes is null or { Length: <= TakenReport.SizeMax } ? bytes : throw new ReportFaultException(ReportFault.Size);
    }

    // Where the data lies; null when the bytes are too few for a report. All else is the verifiers' to judge.
    private static int? ReportDataOf(TsmProvider provider, byte[] report)
    {
        if (provider == TsmProvider.SevGuest) return report.Length == SnpSize ? SnpReportData : null;
        if (report.Length < sizeof(ushort)) return null;
        // From version 5 on the body's type and size stand before it.
        int body = QuoteHeaderSize + (BinaryPrimitives.ReadUInt16LittleEndian(report) >= 5 ? QuoteDescriptorSize : 0);
        return report.Length > body + TdReportSize + sizeof(uint) ? body + TdReportData : null;
    }
}
