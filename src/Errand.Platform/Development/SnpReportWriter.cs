using System.Buffers.Binary;
using Errand.Attestation;

namespace Errand.Platform;

/// <summary>Writes SEV-SNP reports (AMD 56860, ATTESTATION_REPORT); the offsets are drawn at <see cref="SnpReport"/>.</summary>
internal static class SnpReportWriter
{
    private const int ComponentSize = 72;

    internal static byte[] Write(SnpProductLine line, DevelopmentTeeOptions options, ReadOnlySpan<byte> reportId, ReadOnlySpan<byte> reportData)
    {
        var report = new byte[SnpReport.Size];
        Span<byte> bytes = report;
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, (uint)options.Version);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes[0x04..], options.GuestSvn);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes[0x08..], options.Policy.Bits);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes[0x30..], options.Vmpl);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes[0x34..], 1); // ECDSA P-384 with SHA-384
        options.CurrentTcb.Write(line, bytes[0x38..]);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes[0x40..], (ulong)options.PlatformInfo);
        reportData.CopyTo(bytes[0x50..]);
        options.Measurement.Span.CopyTo(bytes[0x90..]);
        options.HostData.Span.CopyTo(bytes[0xC0..]);
        reportId.CopyTo(bytes[0x140..]);
        bytes.Slice(0x160, 32).Fill(0xFF); // no migration agent
        options.ReportedTcb.Write(line, bytes[0x180..]);
        Cpuid(line).CopyTo(bytes[0x188..]);
        if (!options.MaskChipId) options.ChipId.Span.CopyTo(bytes[0x1A0..]);
        options.CommittedTcb.Write(line, bytes[0x1E0..]);
        Firmware.CopyTo(bytes[0x1E8..]);
        Firmware.CopyTo(bytes[0x1EC..]);
        options.LaunchTcb.Write(line, bytes[0x1F0..]);
        if (options.Version >= 5)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(bytes[0x1F8..], options.LaunchMitigations);
            BinaryPrimitives.WriteUInt64LittleEndian(bytes[0x200..], options.CurrentMitigations);
        }
        return report;
    }

    /// <summary>Writes r ‖ s (48 bytes each, big-endian) as two little-endian numbers of 72 bytes.</summary>
    internal static void WriteSignature(Span<byte> report, ReadOnlySpan<byte> p1363)
    {
        Span<byte> r = report.Slice(SnpReport.SignedSize, p1363.Length / 2);
        Span<byte> s = report.Slice(SnpReport.SignedSize + ComponentSize, p1363.Length / 2);
        p1363[..r.Length].CopyTo(r);
        p1363[r.Length..].CopyTo(s);
        r.Reverse();
        s.Reverse();
    }

    /// <summary>Build, minor, major of SNP firmware 1.55.49.</summary>
    private static ReadOnlySpan<byte> Firmware => [49, 55, 1];

    private static ReadOnlySpan<byte> Cpuid(SnpProductLine line) => line switch
    {
        SnpProductLine.Milan => [0x19, 0x01, 0x01],
        SnpProductLine.Genoa => [0x19, 0x11, 0x01],
        SnpProductLine.Turin => [0x1A, 0x02, 0x01],
        _ => throw new ArgumentOutOfRangeException(nameof(line)),
    };
}
