using System.Diagnostics;
using System.Globalization;
using Errand.Client;

namespace Errand.Node.Tests;

/// <summary>A development network's host as a process of its own.</summary>
internal sealed class HostProcess : IDisposable
{
    public const string Argument = "--run-host";
    private const string VendorFile = "vendor-for-tests";

    private readonly Process _process;
    private readonly DevelopmentFolder _folder;

    private HostProcess(Process process, DevelopmentFolder folder)
    {
        _process = process;
        _folder = folder;
    }

    /// <summary>The child's own program: runs the network until it is killed, with windows that outlast a restart.</summary>
    public static async Task<int> RunAsync(string folder, string claimMilliseconds)
    {
        using var passphrase = new Passphrase(RunningNetwork.PassphraseText);
        await using var log = TextWriter.Synchronized(new StreamWriter(Path.Combine(folder, "host.log"), append: true) { AutoFlush = true });
        var options = new DevelopmentNetworkOptions
        {
            Folder = folder,
            Passphrase = passphrase,
            VendorState = await File.ReadAllBytesAsync(Path.Combine(folder, VendorFile)),
            Times = times => times with
            {
                AcceptMilliseconds = 90_000,
                ClaimMilliseconds = long.Parse(claimMilliseconds, CultureInfo.InvariantCulture),
                EvidenceMilliseconds = 60_000,
                RoundMilliseconds = 30_000,
                ReleaseMilliseconds = 90_000,
                RunMilliseconds = 120_000,
                PauseEpochs = 1,
            },
        };
        await DevelopmentHost.RunAsync(options, new LogBook(log), TimeProvider.System, CancellationToken.None);
        return 0;
    }

    /// <summary>Starts the host in a folder and waits until every node is qualified.</summary>
    public static async Task<(HostProcess Host, string Address)> StartAsync(DevelopmentFolder folder, int claimMilliseconds)
    {
        if (!File.Exists(Path.Combine(folder.Root, VendorFile))) await File.WriteAllBytesAsync(Path.Combine(folder.Root, VendorFile), TestVendor.State);
        var host = new HostProcess(Process.Start(new ProcessStartInfo(Environment.ProcessPath!, [Argument, folder.Root, claimMilliseconds.ToString(CultureInfo.InvariantCulture)]))!, folder);
        for (int waited = 0; waited < 1200; waited++)
        {
            if (HostFile.TryRead(folder) is { Ready: true } file && file.ProcessId == host._process.Id) return (host, file.Address);
            Assert.False(host._process.HasExited, "The host has ended by itself.");
            await Task.Delay(100);
        }
        host.Dispose();
        throw new TimeoutException("The host is not ready after two minutes.");
    }

    /// <summary>Kills the host with SIGKILL and gives its enclaves: process ids and home folders.</summary>
    public async Task<IReadOnlyList<(int Id, string Home)>> KillAsync()
    {
        (int, string)[] enclaves = [.. Children()];
        _process.Kill();
        await _process.WaitForExitAsync();
        return enclaves;
    }

    public void Dispose()
    {
        if (!_process.HasExited) _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
    }

    private IEnumerable<(int, string)> Children()
    {
        foreach (string folder in Directory.EnumerateDirectories("/proc"))
        {
            if (!int.TryParse(Path.GetFileName(folder), NumberStyles.None, CultureInfo.InvariantCulture, out int id)) continue;
            if (TryRead($"{folder}/stat") is { } stat && stat[(stat.LastIndexOf(')') + 2)..].Split(' ')[1] == _process.Id.ToString(CultureInfo.InvariantCulture)
                && new DirectoryInfo($"{folder}/cwd").LinkTarget is { } home) yield return (id, home);
        }
    }

    private static string? TryRead(string file)
    {
        try
        {
            return File.ReadAllText(file);
        }
        catch (IOException)
        {
            // A process that has ended meanwhile.
            return null;
        }
    }
}
