using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using Errand.Attestation;
using Errand.Tpm;

namespace Errand.Platform;

/// <summary>
/// A machine with a software TPM: one swtpm process behind Unix sockets in a folder, and a measured boot, whose events are extended into the
/// TPM and written to a log, as firmware would.
/// </summary>
/// <remarks>
/// The process has a life of its own: it outlives a host that was killed, and the next start takes it over. Stopped in order, it keeps what is
/// volatile, and the next start resumes: PCRs and counters go on, as on a machine that never went off. Killed, it boots anew.
/// </remarks>
public sealed class SwtpmMachine : IAsyncDisposable
{
    private const string SocketName = "socket", ControlName = "socket.ctrl", PidName = "pid", LogName = "eventlog", StateFile = "tpm2-00.permall", VolatileName = "tpm2-00.volatilestate", UnfinishedName = "unfinished";

    // sockaddr_un has 108 bytes, a terminating zero among them.
    private const int SocketPathMax = 107;
    private const int LooksMax = 200;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(25);

    private readonly string _folder;
    private readonly TimeProvider _time;
    private readonly SwtpmControl _control;

    private SwtpmMachine(string folder, TimeProvider time)
    {
        _folder = folder;
        _time = time;
        Server = new UnixDomainSocketEndPoint(Path.Combine(folder, SocketName));
        _control = new SwtpmControl(new UnixDomainSocketEndPoint(Path.Combine(folder, ControlName)), time);
        Tpm = new SwtpmSocket(Server, time);
    }

    /// <summary>Its TPM.</summary>
    public ITpm Tpm { get; }

    /// <summary>Where its TPM takes commands; the control channel is at the same path with <c>.ctrl</c>.</summary>
    public UnixDomainSocketEndPoint Server { get; }

    /// <summary>The event log of its boot.</summary>
    public string EventLogFile => Path.Combine(_folder, LogName);

    /// <summary>Switches a machine on; manufactures its TPM first where the folder has none.</summary>
    /// <param name="folder">Its folder.</param>
    /// <param name="authority">Certifies a new TPM.</param>
    /// <param name="boot">What it boots.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellation">Ends the start.</param>
    /// <exception cref="TpmException">swtpm is not installed, or does not start.</exception>
    public static async Task<SwtpmMachine> StartAsync(string folder, SwtpmAuthority authority, DevelopmentBoot boot, TimeProvider time, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(authority);
        ArgumentNullException.ThrowIfNull(boot);
        folder = Path.GetFullPath(folder);
        if (!CanRunIn(folder))
            throw new TpmException(TpmError.DeviceMissing, $"The path {folder} is too long for a Unix socket. Use a folder with a shorter path.");
        var machine = new SwtpmMachine(folder, time);
        using (Process? running = machine.FindProcess())
        {
            if (running is null)
            {
                if (!File.Exists(Path.Combine(folder, StateFile))) await ManufactureAsync(folder, authority, cancellation).ConfigureAwait(false);
                await machine.SpawnAsync(cancellation).ConfigureAwait(false);
            }
            await machine.BootAsync(boot, cancellation).ConfigureAwait(false);
            // Nothing stands between swtpm and its one user: what a host that was killed had loaded is still there, and fills it.
            if (running is not null) await new TpmClient(machine.Tpm, time).FlushAllAsync(cancellation).ConfigureAwait(false);
        }
        // It has been taken up: a swtpm that is killed or reset from now on must boot anew, not go back to what an earlier stop wrote.
        File.Delete(Path.Combine(folder, VolatileName));
        return machine;
    }

    /// <summary>False where a folder's path is too long for the sockets in it.</summary>
    public static bool CanRunIn(string folder) => System.Text.Encoding.UTF8.GetByteCount(Path.Combine(Path.GetFullPath(folder), ControlName)) <= SocketPathMax;

    /// <summary>Switches off what a host that was killed left running in a folder; true when there was something.</summary>
    public static async Task<bool> StopLeftBehindAsync(string folder, TimeProvider time)
    {
        folder = Path.GetFullPath(folder);
        if (!File.Exists(Path.Combine(folder, PidName))) return false;
        var machine = new SwtpmMachine(folder, time);
        await using (machine.ConfigureAwait(false))
        {
            using Process? process = machine.FindProcess();
            return process is not null;
        }
    }

    /// <summary>Takes power away, gives it back and boots: PCRs and log begin anew, the reset count rises.</summary>
    public async Task RebootAsync(DevelopmentBoot boot, CancellationToken cancellation)
    {
        await _control.PowerCycleAsync(cancellation).ConfigureAwait(false);
        await BootAsync(boot, cancellation).ConfigureAwait(false);
    }

    /// <summary>Switches it off in order, so that the next start resumes.</summary>
    public async ValueTask DisposeAsync()
    {
        await Tpm.DisposeAsync().ConfigureAwait(false);
        using Process? process = FindProcess();
        if (process is null) return;
        try
        {
            await _control.StoreVolatileAsync(CancellationToken.None).ConfigureAwait(false);
            await _control.ShutDownAsync(CancellationToken.None).ConfigureAwait(false);
        }
        catch (TpmException)
        {
            // It does not listen: ended by its id, which is checked to be swtpm's.
            process.Kill();
        }
        for (int looks = 0; !process.HasExited; looks++)
        {
            if (looks == LooksMax) process.Kill();
            await Task.Delay(Pause, _time).ConfigureAwait(false);
        }
    }

    // Elsewhere first: a TPM whose making was cut off has no certificates, and would be taken for one that never had any.
    private static async Task ManufactureAsync(string folder, SwtpmAuthority authority, CancellationToken cancellation)
    {
        string unfinished = Path.Combine(folder, UnfinishedName);
        if (Directory.Exists(unfinished)) Directory.Delete(unfinished, recursive: true);
        SwtpmAuthority.CreatePrivateFolder(folder);
        await authority.ManufactureAsync(unfinished, cancellation).ConfigureAwait(false);
        File.Move(Path.Combine(unfinished, StateFile), Path.Combine(folder, StateFile));
        Directory.Delete(unfinished, recursive: true);
    }

    private async Task BootAsync(DevelopmentBoot boot, CancellationToken cancellation)
    {
        // Startup comes from locality 0 here, so the log has no StartupLocality event.
        byte[] log = DevelopmentEventLog.Write(boot, startupLocality: 0);
        EventLog parsed = EventLog.TryParse(log) ?? throw new InvalidOperationException("A log made here does not parse.");
        PcrBank expected = EventLogReplay.Replay(parsed, TpmAlgorithm.Sha256) ?? throw new InvalidOperationException("A log made here does not replay.");
        var client = new TpmClient(Tpm, _time);
        if (!await client.StartUpAsync(cancellation).ConfigureAwait(false))
        {
            PcrBank actual = await client.ReadPcrsAsync(TpmAlgorithm.Sha256, expected.Pcrs, cancellation).ConfigureAwait(false);
            if (File.Exists(EventLogFile) && actual.Concatenate(actual.Pcrs).AsSpan().SequenceEqual(expected.Concatenate(expected.Pcrs))) return;
            // Another boot, or one that was cut off in between: only a reset undoes it.
            await _control.PowerCycleAsync(cancellation).ConfigureAwait(false);
            if (!await client.StartUpAsync(cancellation).ConfigureAwait(false)) throw new TpmException(TpmError.Initialize, "swtpm does not start up after a reset.");
        }
        foreach (LoggedEvent measured in parsed.Events.Where(one => one.Extends))
            await client.ExtendPcrAsync(measured.PcrIndex, TpmAlgorithm.Sha256, measured.Digest(TpmAlgorithm.Sha256)!.Value, cancellation).ConfigureAwait(false);
        PrivateFile.Write(EventLogFile, log);
    }

    private async Task SpawnAsync(CancellationToken cancellation)
    {
        foreach (string name in (string[])[SocketName, ControlName, PidName]) File.Delete(Path.Combine(_folder, name));
        string At(string name) => Path.Combine(_folder, name);
        await SwtpmTools.RunAsync("swtpm",
        [
            "socket", "--tpm2", "--tpmstate", $"dir={_folder},mode=0600", "--server", $"type=unixio,path={At(SocketName)},mode=0600", "--ctrl", $"type=unixio,path={At(ControlName)},mode=0600",
            "--pid", $"file={At(PidName)}", "--log", $"file={At("swtpm.log")},level=1,truncate", "--flags", "not-need-init", "--daemon",
        ], cancellation).ConfigureAwait(false);
        for (int looks = 0; !File.Exists(At(SocketName)); looks++)
        {
            if (looks == LooksMax) throw new TpmException(TpmError.DeviceMissing, $"swtpm did not open its socket. Its last words are in {At("swtpm.log")}.");
            await Task.Delay(Pause, _time, cancellation).ConfigureAwait(false);
        }
    }

    // The file may be left over, and its number another program's by now.
    private Process? FindProcess()
    {
        string file = Path.Combine(_folder, PidName);
        if (!File.Exists(file) || !int.TryParse(File.ReadAllText(file).AsSpan().Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out int id)) return null;
        try
        {
            Process process = Process.GetProcessById(id);
            if (process.ProcessName == "swtpm" && File.ReadAllText($"/proc/{id}/cmdline").Contains(_folder, StringComparison.Ordinal)) return process;
            process.Dispose();
            return null;
        }
        catch (Exception gone) when (gone is ArgumentException or InvalidOperationException or IOException)
        {
            return null;
        }
    }
}
