using System.Diagnostics;
using System.Net.Sockets;
using System.Text;

namespace Errand.Enclave;

/// <summary>An enclave as a virtual machine: one QEMU process with one socket in a folder of its own, and nothing left when it is gone.</summary>
internal sealed class EnclaveMachine : IEnclaveInstance
{
    /// <summary>Begins the name of each machine's folder.</summary>
    public const string FolderKind = "vm";

    /// <summary>The socket that is the channel.</summary>
    public const string ChannelName = "channel";

    private const int DiagnosticsSizeMax = 16 * 1024;

    // What QEMU has beside the machine's memory: libraries, stacks, the buffer of translated code.
    private const long OwnAddressBytes = 4L << 30, OwnFileBytes = 1 << 20;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    private readonly Process _process;
    private readonly EnclaveTpm? _tpm;
    private readonly EnclaveFolder _state;
    private readonly StringBuilder _diagnostics = new();
    private readonly Task _reading;
    private Socket? _socket;
    private bool _disposed;

    private EnclaveMachine(Process process, EnclaveTpm? tpm, EnclaveFolder state)
    {
        _process = process;
        _tpm = tpm;
        _state = state;
        _process.StandardInput.Close();
        _reading = Task.WhenAll(ReadAsync(process.StandardOutput), ReadAsync(process.StandardError));
    }

    public int Id => _process.Id;

    /// <summary>The number of its TPM's process; null when it has none.</summary>
    public int? TpmId => _tpm?.Id;

    public string StateFolder => _state.Path;

    public bool IsAlive => !_process.HasExited;

    public string Diagnostics
    {
        get
        {
            lock (_diagnostics) return _diagnostics.ToString();
        }
    }

    /// <summary>Starts a machine. It has not booted yet.</summary>
    /// <exception cref="InvalidOperationException">QEMU, or swtpm where it is needed, is not installed or did not start.</exception>
    /// <exception cref="IOException">Its folder cannot be made, or the TPM's state not be copied.</exception>
    public static EnclaveMachine Start(VmEnclaveOptions options)
    {
        string program = FindProgram() ?? throw new InvalidOperationException($"{QemuCommandLine.Program} is not installed. Install the Debian package qemu-system-x86.");
        EnclaveFolder state = EnclaveFolder.Create(FolderKind);
        EnclaveTpm? tpm = null;
        try
        {
            MachineUser? user = MachineUser.TryDraw(options, out _);
            if (user is not null) state.GiveTo(user);
            if (options.Profile.Mode == VmMode.Vtpm) tpm = EnclaveTpm.Start(state.Path, options.TpmState ?? throw new InvalidOperationException("There is no state for the machine's TPM."), user);
            IReadOnlyList<string> arguments = QemuCommandLine.Build(
                options.Profile, options.Image, Path.Combine(state.Path, ChannelName), Path.Combine(state.Path, EnclaveTpm.SocketName));
            long memoryBytes = (long)options.Profile.MemoryMiB << 20;
            // A confidential machine's memory counts as a file.
            ProcessStartInfo info = Confined.Prepare(program, arguments, user, (2 * memoryBytes) + OwnAddressBytes, memoryBytes + OwnFileBytes);
            info.RedirectStandardInput = true;
            info.RedirectStandardOutput = true;
            info.RedirectStandardError = true;
            info.WorkingDirectory = state.Path;
            // What the host has in its environment is none of the machine's business.
            info.Environment.Clear();
            info.Environment["TMPDIR"] = state.Path;
            var machine = new EnclaveMachine(Process.Start(info) ?? throw new InvalidOperationException("QEMU did not start."), tpm, state);
            machine.YieldToHost();
            return machine;
        }
        catch
        {
            tpm?.Dispose();
            state.Dispose();
            throw;
        }
    }

    /// <summary>Where QEMU lies; null when it is not in the path.</summary>
    public static string? FindProgram() =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .Select(folder => Path.Combine(folder, QemuCommandLine.Program)).FirstOrDefault(File.Exists);

    /// <summary>Opens the host's end of the channel; null when the machine ends before there is one.</summary>
    public async Task<Stream?> ConnectAsync(TimeProvider time, CancellationToken cancellation)
    {
        var address = new UnixDomainSocketEndPoint(Path.Combine(StateFolder, ChannelName));
        while (IsAlive)
        {
            var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            try
            {
                await socket.ConnectAsync(address, cancellation).ConfigureAwait(false);
                _socket = socket;
                return new NetworkStream(socket, ownsSocket: false);
            }
            catch (SocketException)
            {
                // QEMU has not opened it yet.
                socket.Dispose();
            }
            catch
            {
                socket.Dispose();
                throw;
            }
            await Task.Delay(Pause, time, cancellation).ConfigureAwait(false);
        }
        return null;
    }

    /// <summary>Closes the host's end of the channel, as the system does when the host dies.</summary>
    public void Disconnect() => _socket?.Dispose();

    // No patience here: a machine holds nothing that an orderly end would save, and its memory goes back to the system with the process.
    public async ValueTask DisposeAsync()
    {
        if (_disposed) return;
        _disposed = true;
        Disconnect();
        _process.Kill();
        await _process.WaitForExitAsync(CancellationToken.None).ConfigureAwait(false);
        await _reading.ConfigureAwait(false);
        _process.Dispose();
        _tpm?.Dispose();
        _state.Dispose();
    }

    // An emulated processor takes a whole one. The node beside it has windows to keep, and an enclave has patience.
    private void YieldToHost()
    {
        try
        {
            _process.PriorityClass = ProcessPriorityClass.BelowNormal;
        }
        catch (Exception ended) when (ended is InvalidOperationException or System.ComponentModel.Win32Exception)
        {
            // It has ended already, which whoever waits for its hello will see.
        }
    }

    // Read to the end, or a full pipe would stop the machine; kept only up to a bound.
    private async Task ReadAsync(StreamReader from)
    {
        var buffer = new char[1024];
        while (await from.ReadAsync(buffer.AsMemory()).ConfigureAwait(false) is int count and > 0)
        {
            lock (_diagnostics) _diagnostics.Append(buffer, 0, Math.Min(count, DiagnosticsSizeMax - _diagnostics.Length));
        }
    }
}
