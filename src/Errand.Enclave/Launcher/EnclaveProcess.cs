using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

namespace Errand.Enclave;

/// <summary>An enclave as a child process: three pipes, an empty environment, a folder of its own, and nothing left when it is gone.</summary>
internal sealed class EnclaveProcess : IEnclaveInstance
{
    /// <summary>Begins the name of each process's folder.</summary>
    public const string FolderKind = "process";

    private const int DiagnosticsSizeMax = 16 * 1024;
    private static readonly TimeSpan EndTimeout = TimeSpan.FromMilliseconds(500);
    private const long HeapSizeMax = 2L << 30;

    private readonly Process _process;
    private readonly EnclaveFolder _state;
    private readonly StringBuilder _diagnostics = new();
    private readonly Task _reading;
    private bool _disposed;

    private EnclaveProcess(Process process, EnclaveFolder state)
    {
        _process = process;
        _state = state;
        _reading = ReadDiagnosticsAsync();
    }

    /// <summary>To the enclave.</summary>
    public Stream Input => _process.StandardInput.BaseStream;

    /// <summary>From the enclave.</summary>
    public Stream Output => _process.StandardOutput.BaseStream;

    /// <summary>The process's number.</summary>
    public int Id => _process.Id;

    /// <summary>The folder that is the process's home and current folder.</summary>
    public string StateFolder => _state.Path;

    public bool IsAlive => !_process.HasExited;

    public string Diagnostics
    {
        get
        {
            lock (_diagnostics) return _diagnostics.ToString();
        }
    }

    /// <summary>Starts the program in a folder.</summary>
    /// <exception cref="InvalidOperationException">The process did not start.</exception>
    public static EnclaveProcess Start(string folder)
    {
        EnclaveFolder state = EnclaveFolder.Create(FolderKind);
        try
        {
            Process process = Process.Start(StartInfo(Path.GetFullPath(folder), state.Path)) ?? throw new InvalidOperationException("The enclave did not start.");
            return new EnclaveProcess(process, state);
        }
        catch
        {
            state.Dispose();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_disposed) return;
        _disposed = true;
        await EndAsync().ConfigureAwait(false);
        await _reading.ConfigureAwait(false);
        _process.Dispose();
        _state.Dispose();
    }

    // Without its host an enclave ends, and the system takes back its memory. One that does not end is killed.
    private async Task EndAsync()
    {
        using var patience = new CancellationTokenSource(EndTimeout);
        try
        {
            Input.Dispose();
            await _process.WaitForExitAsync(patience.Token).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is OperationCanceledException or IOException)
        {
            _process.Kill();
            await _process.WaitForExitAsync(CancellationToken.None).ConfigureAwait(false);
        }
    }

    private static ProcessStartInfo StartInfo(string folder, string state)
    {
        string runtimeFolder = RuntimeEnvironment.GetRuntimeDirectory();
        // <root>/shared/Microsoft.NETCore.App/<version>/
        string root = Path.GetFullPath(Path.Combine(runtimeFolder, "..", "..", ".."));
        string host = Path.Combine(root, OperatingSystem.IsWindows() ? "dotnet.exe" : "dotnet");
        string program = Path.Combine(folder, EnclaveImage.ProgramName);
        // A host that brings its own runtime has no dotnet command; the program's own starter then finds one or fails.
        var info = File.Exists(host) ? new ProcessStartInfo(host, ["exec", program + ".dll"]) : new ProcessStartInfo(program);
        Redirect(info, state);
        // What the host has in its environment is none of the enclave's business.
        info.Environment.Clear();
        if (OperatingSystem.IsWindows()) info.Environment["SystemRoot"] = Environment.GetFolderPath(Environment.SpecialFolder.Windows);
        info.Environment["HOME"] = state;
        info.Environment["TMPDIR"] = state;
        info.Environment["DOTNET_ROOT"] = root;
        // No debugger, profiler, dump or perf map, all of which would make files or sockets.
        info.Environment["DOTNET_EnableDiagnostics"] = "0";
        info.Environment["DOTNET_GCHeapHardLimit"] = HeapSizeMax.ToString("x", CultureInfo.InvariantCulture);
        return info;
    }

    private static void Redirect(ProcessStartInfo info, string state)
    {
        info.RedirectStandardInput = true;
        info.RedirectStandardOutput = true;
        info.RedirectStandardError = true;
        info.StandardErrorEncoding = Encoding.ASCII;
        info.WorkingDirectory = state;
    }

    // Read to the end, or a full pipe would stop the enclave; kept only up to a bound.
    private async Task ReadDiagnosticsAsync()
    {
        var buffer = new char[1024];
        while (await _process.StandardError.ReadAsync(buffer.AsMemory()).ConfigureAwait(false) is int count and > 0)
        {
            lock (_diagnostics) _diagnostics.Append(buffer, 0, Math.Min(count, DiagnosticsSizeMax - _diagnostics.Length));
        }
    }
}
