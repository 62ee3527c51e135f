using Errand.Attestation;
using Errand.Client;
using Errand.Platform;
using Errand.Primitives;
using Errand.Tpm;

namespace Errand.Node;

/// <summary>The TPMs of a development network's machines: opened, kept, and switched off in order.</summary>
internal sealed class DevelopmentTpms : IAsyncDisposable
{
    private const string AttestationKeyName = "attestation-key", EventLogName = "eventlog", TpmFolderName = "tpm";

    private readonly DevelopmentFolder _folder;
    private readonly DevelopmentVendor _vendor;
    private readonly TimeProvider _time;
    private readonly SwtpmAuthority? _authority;
    private readonly List<IAsyncDisposable> _running = [];
    private readonly List<IDisposable> _held = [];

    /// <summary>TPMs of a kind; nothing is started yet.</summary>
    /// <exception cref="DevelopmentNetworkException">The network has TPMs of another kind.</exception>
    public DevelopmentTpms(DevelopmentFolder folder, DevelopmentTpmKind? kind, DevelopmentVendor vendor, TimeProvider time)
    {
        bool exists = File.Exists(folder.Genesis);
        DevelopmentTpmKind known = Directory.Exists(folder.SwtpmAuthority) ? DevelopmentTpmKind.Swtpm : DevelopmentTpmKind.Process;
        Kind = exists ? known : kind ?? DevelopmentTpmKind.Process;
        if (kind is { } wanted && wanted != Kind)
            throw new DevelopmentNetworkException("devnet/tpm-kind", $"This network's TPMs are of kind {Kind}, and its genesis pins their root.", "Start it without --tpm, or take it down with --remove and make a new one.");
        _folder = folder;
        _vendor = vendor;
        _time = time;
        if (Kind == DevelopmentTpmKind.Swtpm) _authority = new SwtpmAuthority(folder.SwtpmAuthority);
    }

    /// <summary>What they are.</summary>
    public DevelopmentTpmKind Kind { get; }

    /// <summary>What the genesis pins; there once a TPM was opened.</summary>
    public Bytes32 Root => _authority?.RootDigest ?? _vendor.TpmRootDigest;

    /// <summary>Opens the TPM of a node's machine, which is made and booted the first time.</summary>
    /// <exception cref="DevelopmentNetworkException">It does not start; says what to do.</exception>
    public async Task<LiveTpm> OpenAsync(DevelopmentMember member, CancellationToken cancellation)
    {
        string folder = Path.Combine(_folder.Node(member.Name), TpmFolderName);
        try
        {
            return Keep(_authority is { } authority
                ? await OpenSwtpmAsync(folder, authority, cancellation).ConfigureAwait(false)
                : await OpenProcessAsync(folder, member.Store, cancellation).ConfigureAwait(false));
        }
        catch (TpmException fault)
        {
            throw new DevelopmentNetworkException("devnet/tpm", $"The TPM of {member.Name} does not start: {fault.Message}", fault.Remedy);
        }
    }

    /// <summary>Switches off the TPMs that a host which was killed left running.</summary>
    public static async Task StopLeftBehindAsync(DevelopmentFolder folder, TimeProvider time)
    {
        if (!Directory.Exists(folder.Nodes)) return;
        foreach (string node in Directory.EnumerateDirectories(folder.Nodes))
        {
            await SwtpmMachine.StopLeftBehindAsync(Path.Combine(node, TpmFolderName), time).ConfigureAwait(false);
            await VtpmTemplate.StopLeftBehindAsync(folder.NodeVtpm(Path.GetFileName(node)), time).ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        for (int i = _running.Count - 1; i >= 0; i--) await _running[i].DisposeAsync().ConfigureAwait(false);
        _running.Clear();
        foreach (IDisposable held in _held) held.Dispose();
        _held.Clear();
    }

    private async Task<LiveTpm> OpenSwtpmAsync(string folder, SwtpmAuthority authority, CancellationToken cancellation)
    {
        SwtpmMachine machine = Keep(await SwtpmMachine.StartAsync(folder, authority, new DevelopmentBoot(), _time, cancellation).ConfigureAwait(false));
        return await LiveTpm.OpenAsync(machine.Tpm, new LiveTpmOptions
        {
            AttestationKeyFile = Path.Combine(folder, AttestationKeyName),
            EventLogFile = machine.EventLogFile,
            IssuerCertificates = authority.Certificates,
        }, _time, cancellation).ConfigureAwait(false);
    }

    private async Task<LiveTpm> OpenProcessAsync(string folder, KeyStore store, CancellationToken cancellation)
    {
        Directory.CreateDirectory(folder);
        DevelopmentTpm tpm;
        // The vendor is not for several threads.
        lock (_vendor) _held.Add(tpm = DevelopmentKeys.OpenTpm(store, _vendor, _time));
        string log = Path.Combine(folder, EventLogName);
        await File.WriteAllBytesAsync(log, tpm.EventLog.ToArray(), cancellation).ConfigureAwait(false);
        return await LiveTpm.OpenAsync(Keep(tpm.OpenDevice()), new LiveTpmOptions { AttestationKeyFile = Path.Combine(folder, AttestationKeyName), EventLogFile = log }, _time, cancellation).ConfigureAwait(false);
    }

    private T Keep<T>(T running)
        where T : IAsyncDisposable
    {
        lock (_running) _running.Add(running);
        return running;
    }
}
