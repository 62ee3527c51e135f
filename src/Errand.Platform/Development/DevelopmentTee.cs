using System.Security.Cryptography;
using Errand.Attestation;

namespace Errand.Platform;

/// <summary>
/// A development TEE: emits SEV-SNP reports of the real format, signed by a VCEK under a development vendor. The production verifier checks
/// them; they protect nothing, as nothing keeps the key from whoever runs the process. Safe for use by several threads.
/// </summary>
public sealed class DevelopmentTee : ITeeReporter, IDisposable
{
    private readonly DevelopmentTeeOptions _options;
    private readonly SnpProductLine _line;
    private readonly ECDsa _vcek;
    private readonly ReadOnlyMemory<byte>[] _certificates;
    private readonly Lock _lock = new();

    /// <summary>Makes a TEE on a chip of the vendor. A report id is drawn: it stands for one life of one guest.</summary>
    /// <exception cref="ArgumentException">A member has not the size that the report has for it.</exception>
    public DevelopmentTee(DevelopmentVendor vendor, DevelopmentTeeOptions options)
    {
        ArgumentNullException.ThrowIfNull(vendor);
        ArgumentNullException.ThrowIfNull(options);
        if (options.ChipId.Length != SnpReport.ChipIdSize || options.Measurement.Length != SnpReport.MeasurementSize || options.HostData.Length != 32 || options.Version is not (3 or 5))
            throw new ArgumentException("Chip id (64 bytes), measurement (48), host data (32) or version (3 or 5) is of another size.", nameof(options));
        _options = options;
        _line = vendor.ProductLine;
        _vcek = vendor.DeriveVcek(options.ChipId.Span, options.ReportedTcb);
        _certificates = [vendor.IssueVcek(_vcek, options.ChipId.Span, options.ReportedTcb), vendor.AskCertificate, vendor.ArkCertificate];
        ReportId = RandomNumberGenerator.GetBytes(32);
    }

    /// <summary>The chip's id, 64 bytes.</summary>
    public ReadOnlyMemory<byte> ChipId => _options.ChipId;

    /// <summary>REPORT_ID of this life, 32 bytes.</summary>
    public ReadOnlyMemory<byte> ReportId { get; }

    /// <summary>A chip id from any name: 64 bytes, or for Turin 8 bytes and zeros.</summary>
    public static byte[] DeriveChipId(SnpProductLine line, ReadOnlySpan<byte> name)
    {
        byte[] id = SHA512.HashData(name);
        id.AsSpan(line.HardwareIdSize()).Clear();
        return id;
    }

    /// <summary>The reference value that this TEE's reports match.</summary>
    public SnpReference ToReference(string name) => new()
    {
        Name = name,
        ProductLine = _line,
        Measurement = _options.Measurement,
        Policy = _options.Policy,
        Vmpl = _options.Vmpl,
        GuestSvn = _options.GuestSvn,
        FamilyId = new byte[16],
        ImageId = new byte[16],
        HostData = _options.HostData,
        IdKeyDigest = new byte[48],
        AuthorKeyDigest = new byte[48],
    };

    /// <summary>A fresh report over 64 bytes of report data, with the certificates that endorse it.</summary>
    /// <exception cref="ArgumentException"><paramref name="reportData"/> is not 64 bytes.</exception>
    public TeeEvidence Report(ReadOnlySpan<byte> reportData)
    {
        if (reportData.Length != SnpReport.ReportDataSize) throw new ArgumentException($"Report data has {SnpReport.ReportDataSize} bytes.", nameof(reportData));
        byte[] report = SnpReportWriter.Write(_line, _options, ReportId.Span, reportData);
        byte[] signature;
        lock (_lock) signature = _vcek.SignData(report.AsSpan(0, SnpReport.SignedSize), HashAlgorithmName.SHA384, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
        SnpReportWriter.WriteSignature(report, signature);
        return new TeeEvidence(TeeKind.SevSnp, report, _certificates);
    }

    /// <inheritdoc/>
    public Task<TeeEvidence> ReportAsync(ReadOnlyMemory<byte> reportData, CancellationToken cancellation) => Task.FromResult(Report(reportData.Span));

    /// <inheritdoc/>
    public void Dispose() => _vcek.Dispose();
}
