using System.Diagnostics;
using System.Net;
using Errand.Client;
using Microsoft.Extensions.Logging.Abstractions;

namespace Errand.Node.Tests;

/// <summary>A part of a network, or its ledger, as a process of its own; perhaps in a network namespace of its own.</summary>
internal sealed class PartProcess : IAsyncDisposable
{
    public const string PartArgument = "--run-part", LedgerArgument = "--run-ledger";

    private readonly Process _process;
    private bool _isDisposed;

    private PartProcess(Process process) => _process = process;

    /// <summary>Where it answers.</summary>
    public string Address { get; private set; } = "";

    /// <summary>The child's own program: some nodes or parties.</summary>
    public static async Task<int> RunPartAsync(string folder, string ledger, string listen, string names)
    {
        using var passphrase = new Passphrase(RunningNetwork.PassphraseText);
        await using var log = TextWriter.Synchronized(new StreamWriter(Path.Combine(folder, $"{names}.log"), append: true) { AutoFlush = true });
        var place = new DevelopmentFolder(folder);
        (int verifiers, int executors) = DevelopmentNetwork.FindSize(place)!.Value;
        var options = new DevelopmentNetworkOptions
        {
            Folder = folder,
            Passphrase = passphrase,
            Verifiers = verifiers,
            Executors = executors,
            LedgerAddress = new Uri(ledger),
            Parts = names.Split(','),
            Listen = IPAddress.Parse(listen),
        };
        await using DevelopmentNetwork network = await DevelopmentNetwork.StartAsync(options, new LogBook(log), TimeProvider.System);
        Console.WriteLine(network.Address);
        await network.Failure;
        return 1;
    }

    /// <summary>The child's own program: the ledger.</summary>
    public static async Task<int> RunLedgerAsync(string folder, string listen)
    {
        using var passphrase = new Passphrase(RunningNetwork.PassphraseText);
        var place = new DevelopmentFolder(folder);
        using KeyStore store = KeyStore.Open(place.Keys, passphrase.Characters);
        using Identity key = Identity.Load(store);
        await using LedgerHost host = await LedgerHost.StartAsync(
            new LedgerHostOptions
            {
                Path = place.Ledger,
                Genesis = await File.ReadAllBytesAsync(place.Genesis),
                Key = key.Key,
                CreateIfMissing = true,
                Admission = new LedgerAdmission { Anyone = true },
                Address = IPAddress.Parse(listen),
            },
            NullLoggerFactory.Instance,
            TimeProvider.System);
        Console.WriteLine(host.Address);
        await host.Completion;
        return 1;
    }

    /// <summary>Starts this program again, and waits until it answers.</summary>
    /// <param name="space">The network namespace it runs in; null for this one.</param>
    /// <param name="arguments">What it is to be.</param>
    public static async Task<PartProcess> StartAsync(string? space, params string[] arguments)
    {
        string[] command = space is null ? [Environment.ProcessPath!, .. arguments] : ["ip", "netns", "exec", space, Environment.ProcessPath!, .. arguments];
        var part = new PartProcess(Process.Start(new ProcessStartInfo(command[0], command[1..]) { RedirectStandardOutput = true })!);
        using var late = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        try
        {
            part.Address = await part._process.StandardOutput.ReadLineAsync(late.Token) ?? throw new InvalidOperationException($"The process of {string.Join(' ', arguments)} has ended by itself.");
            return part;
        }
        catch
        {
            await part.DisposeAsync();
            throw;
        }
    }

    /// <summary>Ends it with SIGKILL; a second time does nothing.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_isDisposed) return;
        _isDisposed = true;
        if (!_process.HasExited) _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    /// <summary>Runs a command to its end; false when it fails or is not there.</summary>
    public static bool TryRun(string program, string arguments)
    {
        try
        {
            using Process process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true, RedirectStandardOutput = true })!;
            process.StandardError.ReadToEnd();
            process.WaitForExit();
            return process.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }
}
