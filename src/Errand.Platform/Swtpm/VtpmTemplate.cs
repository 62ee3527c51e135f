using System.Security.Cryptography;
using Errand.Attestation;
using Errand.Primitives;
using Errand.Tpm;
using X509PublicKey = System.Security.Cryptography.X509Certificates.PublicKey;

namespace Errand.Platform;

/// <summary>
/// A software TPM that a host's virtual machines boot with, each on a copy of its state: manufactured once, and the attestation key that it will make in
/// each of them certified by the development vendor at that moment. That is what binds key and TPM: the vendor made the TPM and saw it make the key.
/// For the host itself it reports too: which TPM its machines will have. Safe for use by several threads.
/// </summary>
public sealed class VtpmTemplate : ITeeReporter, IDisposable
{
    private const string CertificateName = "ak.cert", StateName = "tpm2-00.permall", HostFolderName = "host", AuthorityFolderName = "authority";

    private const int SerialSize = 16;

    private readonly string _folder;
    private readonly TimeProvider _time;
    private readonly SemaphoreSlim _turn = new(1, 1);

    private VtpmTemplate(string folder, IReadOnlyList<ReadOnlyMemory<byte>> certificates, TimeProvider time)
    {
        _folder = folder;
        _time = time;
        StateFile = Path.Combine(folder, StateName);
        Certificates = certificates;
    }

    /// <summary>swtpm's state; whoever has it can make the TPM say anything.</summary>
    public string StateFile { get; }

    /// <summary>DER certificates: the attestation key's, then the root.</summary>
    public IReadOnlyList<ReadOnlyMemory<byte>> Certificates { get; }

    /// <summary>Opens the TPM of a folder; makes it first where the folder has none.</summary>
    /// <param name="folder">Its own, for its user only.</param>
    /// <param name="vendor">Certifies the attestation key.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellation">Ends the making.</param>
    /// <exception cref="TpmException">swtpm's programs are missing or failed.</exception>
    public static async Task<VtpmTemplate> OpenAsync(string folder, DevelopmentVendor vendor, TimeProvider time, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(vendor);
        folder = Path.GetFullPath(folder);
        string file = Path.Combine(folder, CertificateName);
        // The certificate is written last: without it the TPM is not finished.
        if (!File.Exists(file)) PrivateFile.Write(file, await MakeAsync(folder, vendor, time, cancellation).ConfigureAwait(false));
        return new VtpmTemplate(folder, [await File.ReadAllBytesAsync(file, cancellation).ConfigureAwait(false), vendor.VtpmRootCertificate], time);
    }

    /// <summary>Ends the TPM of a host that was killed while it reported.</summary>
    public static Task StopLeftBehindAsync(string folder, TimeProvider time) => SwtpmMachine.StopLeftBehindAsync(Path.Combine(Path.GetFullPath(folder), HostFolderName), time);

    /// <summary>A report of the host's own, from one more copy of the TPM: it shows which TPM that is, and no machine's boot.</summary>
    /// <exception cref="ArgumentException"><paramref name="reportData"/> is not 64 bytes.</exception>
    /// <exception cref="TpmException">swtpm does not start, or answers with an error.</exception>
    public async Task<TeeEvidence> ReportAsync(ReadOnlyMemory<byte> reportData, CancellationToken cancellation)
    {
        if (reportData.Length != VtpmReport.ReportDataSize) throw new ArgumentException($"Report data has {VtpmReport.ReportDataSize} bytes.", nameof(reportData));
        await _turn.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            return await ReportOnceAsync(reportData, cancellation).ConfigureAwait(false);
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _turn.Dispose();

    private async Task<TeeEvidence> ReportOnceAsync(ReadOnlyMemory<byte> reportData, CancellationToken cancellation)
    {
        string own = Path.Combine(_folder, HostFolderName), state = Path.Combine(own, StateName);
        SwtpmAuthority.CreatePrivateFolder(own);
        if (!File.Exists(state)) File.Copy(StateFile, state);
        SwtpmMachine machine = await SwtpmMachine.StartAsync(own, new SwtpmAuthority(Path.Combine(_folder, AuthorityFolderName)), new DevelopmentBoot(), _time, cancellation).ConfigureAwait(false);
        await using (machine.ConfigureAwait(false))
        {
            var client = new TpmClient(machine.Tpm, _time);
            (uint handle, byte[] akPublic) = await client.CreatePrimaryAsync(TpmKeyTemplates.AttestationKey(TpmAlgorithm.Ecc), default, cancellation).ConfigureAwait(false);
            (byte[] attest, byte[] signature) = await client.FlushAfterAsync(handle, key => client.QuoteAsync(key, reportData, VtpmReport.QuotedPcrs, cancellation)).ConfigureAwait(false);
            PcrBank pcrs = await client.ReadPcrsAsync(TpmAlgorithm.Sha256, VtpmReport.QuotedPcrs, cancellation).ConfigureAwait(false);
            byte[] log = await File.ReadAllBytesAsync(machine.EventLogFile, cancellation).ConfigureAwait(false);
            var report = new VtpmReport { AkPublic = akPublic, Attest = attest, Signature = signature, Pcrs = pcrs, EventLog = log };
            return new TeeEvidence(TeeKind.DevelopmentVtpm, report.Encode(), Certificates);
        }
    }

    private static async Task<byte[]> MakeAsync(string folder, DevelopmentVendor vendor, TimeProvider time, CancellationToken cancellation)
    {
        var authority = new SwtpmAuthority(Path.Combine(folder, AuthorityFolderName));
        SwtpmMachine machine = await SwtpmMachine.StartAsync(folder, authority, new DevelopmentBoot(), time, cancellation).ConfigureAwait(false);
        await using (machine.ConfigureAwait(false))
        {
            var client = new TpmClient(machine.Tpm, time);
            (uint handle, byte[] made) = await client.CreatePrimaryAsync(TpmKeyTemplates.AttestationKey(TpmAlgorithm.Ecc), default, cancellation).ConfigureAwait(false);
            await client.FlushAsync(handle).ConfigureAwait(false);
            TpmtPublic area = TpmtPublic.TryParse(made) ?? throw new TpmException(TpmError.MalformedResponse, "The TPM gave a public area that is none.");
            PublicKeyInfo key = area.PublicKey is { } known && AttestationKeyRule.FindFault(area) is null ? known : throw new TpmException(TpmError.MalformedResponse, "The TPM gave no attestation key.");
            byte[] serial = SHA256.HashData(area.Encoded.Span)[..SerialSize];
            serial[0] &= 0x7F;
            serial[0] |= 0x40;
            return vendor.IssueAk(X509PublicKey.CreateFromSubjectPublicKeyInfo(key.Encoded.Span, out _), serial);
        }
    }
}
