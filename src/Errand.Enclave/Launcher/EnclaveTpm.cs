using System.Diagnostics;

namespace Errand.Enclave;

/// <summary>The software TPM of one machine: a swtpm process in the machine's own folder, on a copy of a manufactured TPM's state. It ends with the machine.</summary>
internal sealed class EnclaveTpm : IDisposable
{
    /// <summary>The socket at which QEMU reaches it.</summary>
    public const string SocketName = "tpm";

    private const string Program = "swtpm", StateFolder = "tpm-state", StateName = "tpm2-00.permall";
    private const int LooksMax = 500;
    private const long AddressBytesMax = 1L << 30, FileBytesMax = 1 << 20;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(10);

    private readonly Process _process;

    private EnclaveTpm(Process process) => _process = process;

    /// <summary>The process's number.</summary>
    public int Id => _process.Id;

    /// <summary>The argument that names its socket, and by it the machine.</summary>
    /// <param name="folder">The machine's folder.</param>
    public static string ControlOf(string folder) => $"type=unixio,path={Path.Combine(folder, SocketName)},mode=0600";

    /// <summary>Where swtpm lies; null when it is not in the path.</summary>
    public static string? FindProgram() =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .Select(folder => Path.Combine(folder, Program)).FirstOrDefault(File.Exists);

    /// <summary>Starts it; when this returns, QEMU can connect.</summary>
    /// <param name="folder">The machine's folder.</param>
    /// <param name="state">The manufactured TPM's state, which is copied.</param>
    /// <param name="user">Whom it runs as; null for this process's user.</param>
    /// <exception cref="InvalidOperationException">swtpm is not installed, or did not start.</exception>
    /// <exception cref="IOException">The state cannot be copied.</exception>
    public static EnclaveTpm Start(string folder, string state, MachineUser? user = null)
    {
        string program = FindProgram() ?? throw new InvalidOperationException($"{Program} is not installed. Install the Debian packages swtpm and swtpm-tools.");
        string own = Path.Combine(folder, StateFolder);
        Directory.CreateDirectory(own);
        File.Copy(state, Path.Combine(own, StateName));
        if (user is not null && OperatingSystem.IsLinux())
            foreach (string path in (string[])[own, Path.Combine(own, StateName)]) LinuxFile.Give(path, user.Id);
        string socket = Path.Combine(folder, SocketName);
        ProcessStartInfo info = Confined.Prepare(program,
        [
            "socket", "--tpm2", "--tpmstate", $"dir={own},mode=0600", "--ctrl", ControlOf(folder),
            // Not among the host's own words.
            "--log", $"file={Path.Combine(folder, "tpm.log")},level=1,truncate",
            // It ends when QEMU, however that ended, lets go of the socket.
            "--terminate",
        ], user, AddressBytesMax, FileBytesMax);
        info.RedirectStandardInput = true;
        info.WorkingDirectory = folder;
        info.Environment.Clear();
        Process process = Process.Start(info) ?? throw new InvalidOperationException("swtpm did not start.");
        var tpm = new EnclaveTpm(process);
        process.StandardInput.Close();
        for (int looks = 0; !File.Exists(socket); looks++)
        {
            if (process.HasExited || looks == LooksMax)
            {
                tpm.Dispose();
                throw new InvalidOperationException("swtpm did not open its socket.");
            }
            process.WaitForExit(Pause);
        }
        return tpm;
    }

    /// <summary>Ends it.</summary>
    public void Dispose()
    {
        if (!_process.HasExited) _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
    }
}
