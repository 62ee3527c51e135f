using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using Errand.Client;
using Errand.Node;
using Errand.Protocol;
using Microsoft.Extensions.Logging;

namespace Errand.Cli;

/// <summary>Starts, runs and stops a development network.</summary>
internal static class DevnetHost
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    public static async Task<ExitCode> RunAsync(CommandContext context, DevnetSettings settings, CancellationToken cancellation)
    {
        DevelopmentFolder folder = settings.Folder;
        Directory.CreateDirectory(folder.Root);
        using Passphrase passphrase = OpenPassphrase(context, folder);
        using ILoggerFactory loggers = LoggerFactory.Create(logging => logging
            .AddFilter("Microsoft.AspNetCore", LogLevel.Warning)
            .AddSimpleConsole(console => console.SingleLine = true));
        var options = new DevelopmentNetworkOptions { Folder = folder.Root, Passphrase = passphrase, Verifiers = settings.Verifiers, Executors = settings.Executors, Port = settings.Port, Tpm = settings.Tpm, Enclave = settings.Enclave, VmImageFolder = settings.ImageFolder, Ledger = settings.Ledger, Governance = DevelopmentGovernors.Open(folder, passphrase) };
        DevelopmentNetwork network = await DevelopmentNetwork.StartAsync(options, loggers, context.Environment.Time).ConfigureAwait(false);
        await using (network.ConfigureAwait(false))
        {
            var host = new HostFile(network.Address, new Uri(network.Address).Port, Environment.ProcessId, Ready: false, network.LedgerAddress);
            host.Write(folder);
            WriteNetworkFile(folder, network);
            try
            {
                context.Line(Flags.Development);
                context.Line($"network {network.Genesis.NetworkId()} at {network.Address}");
                Task ready = WaitReadyAsync(context, network, settings, cancellation);
                if (await Task.WhenAny(ready, network.Failure).ConfigureAwait(false) == ready)
                {
                    await ready.ConfigureAwait(false);
                    (host with { Ready = true }).Write(folder);
                    context.Line("ready");
                }
                await network.Failure.WaitAsync(cancellation).ConfigureAwait(false);
                return ExitCode.Failed;
            }
            catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
            {
                return ExitCode.Ok;
            }
            finally
            {
                File.Delete(folder.Host);
            }
        }
    }

    public static async Task<ExitCode> UpAsync(CommandContext context, DevnetSettings settings, CancellationToken cancellation)
    {
        if (OperatingSystem.IsWindows()) throw new ClientException(ClientError.Usage, "Starting in the background needs a Unix shell.", "Use: errand devnet run");
        DevelopmentFolder folder = settings.Folder;
        DevelopmentNetwork.RequireSameSize(folder, settings.Verifiers, settings.Executors);
        int? started = Running(folder) is null ? Spawn(settings) : null;
        while (Running(folder) is not { Ready: true })
        {
            if (started is { } process && !IsRunning(process))
                throw new DevelopmentNetworkException("devnet/start", "The network's process has ended.", $"Its last words are in {folder.Log}.");
            await Task.Delay(Pause, context.Environment.Time, cancellation).ConfigureAwait(false);
        }
        return await StatusAsync(context, folder, cancellation).ConfigureAwait(false);
    }

    public static async Task<ExitCode> DownAsync(CommandContext context, DevelopmentFolder folder, bool remove, CancellationToken cancellation)
    {
        if (Running(folder) is { } host)
        {
            using (Process.Start("kill", ["-TERM", host.ProcessId.ToString(CultureInfo.InvariantCulture)]))
                while (HostLock.IsHeld(folder)) await Task.Delay(Pause, context.Environment.Time, cancellation).ConfigureAwait(false);
            context.Line("stopped");
        }
        else
        {
            context.Line("not running");
        }
        await DevelopmentNetwork.StopLeftBehindAsync(folder, context.Environment.Time).ConfigureAwait(false);
        if (remove && File.Exists(folder.Genesis))
        {
            Directory.Delete(folder.Root, recursive: true);
            File.Delete(NetworkFile(folder));
            context.Line($"removed {folder.Root}");
        }
        return ExitCode.Ok;
    }

    public static async Task<ExitCode> StatusAsync(CommandContext context, DevelopmentFolder folder, CancellationToken cancellation)
    {
        HostFile? host = Running(folder);
        if (host is null)
        {
            if (context.Json) context.WriteJson(json =>
            {
                json.WriteStartObject();
                json.WriteBoolean("running", false);
                json.WriteString("folder", folder.Root);
                json.WriteEndObject();
            });
            else context.Line($"not running ({folder.Root})");
            return ExitCode.Unreachable;
        }
        using ErrandClient client = await ErrandClient.ConnectAsync(new Uri(host.LedgerAddress), expected: null, context.Environment.Time, cancellation).ConfigureAwait(false);
        await client.SyncAsync(cancellation).ConfigureAwait(false);
        NetworkState state = client.State;
        int proven = state.Nodes.Values.Count(node => node.Proven && node.IsActive && node.KeyAt(state.Clock.Epoch) is not null);
        if (context.Json)
        {
            context.WriteJson(json =>
            {
                json.WriteStartObject();
                json.WriteBoolean("running", true);
                json.WriteBoolean("ready", host.Ready);
                json.WriteBoolean("development", true);
                json.WriteString("address", host.LedgerAddress);
                json.WriteString("network", client.Network.ToString());
                json.WriteString("folder", folder.Root);
                json.WriteNumber("processId", host.ProcessId);
                json.WriteNumber("entries", client.State.NextPosition);
                json.WriteNumber("epoch", state.Clock.Epoch);
                json.WriteNumber("nodes", state.Nodes.Count);
                json.WriteNumber("qualified", proven);
                json.WriteNumber("tasks", state.Tasks.Count);
                json.WriteEndObject();
            });
            return ExitCode.Ok;
        }
        context.Line(Flags.Development);
        context.Line($"address  {host.LedgerAddress}");
        context.Line($"network  {client.Network}");
        context.Line($"folder   {folder.Root}");
        context.Line(string.Create(CultureInfo.InvariantCulture, $"nodes    {proven} of {state.Nodes.Count} qualified{(host.Ready ? "" : ", not ready yet")}"));
        context.Line(string.Create(CultureInfo.InvariantCulture, $"ledger   {client.State.NextPosition} entries, epoch {state.Clock.Epoch}, {state.Tasks.Count} task(s)"));
        return ExitCode.Ok;
    }

    // The file may be left over from a host that was killed, and its number may be another program's by now: the lock is nobody's then.
    private static HostFile? Running(DevelopmentFolder folder)
    {
        return HostLock.IsHeld(folder) ? HostFile.TryRead(folder) : null;
    }

    // The host that was started just now, which may not hold its lock yet. A dead one that nobody has waited for is still listed.
    private static bool IsRunning(int id)
    {
        if (IsZombie(id)) return false;
        try
        {
            using Process process = Process.GetProcessById(id);
            using Process self = Process.GetCurrentProcess();
            return !process.HasExited && process.ProcessName == self.ProcessName;
        }
        catch (Exception gone) when (gone is ArgumentException or InvalidOperationException)
        {
            return false;
        }
    }

    // /proc/ID/stat: number, name in parentheses, state.
    private static bool IsZombie(int id)
    {
        try
        {
            string stat = File.ReadAllText($"/proc/{id}/stat");
            int after = stat.LastIndexOf(')');
            return after >= 0 && stat.AsSpan(after + 1).TrimStart() is ['Z' or 'X', ..];
        }
        catch (IOException)
        {
            return false;
        }
    }

    // The shell gives the host a life of its own: it goes on when this command, or the terminal, ends.
    private static int Spawn(DevnetSettings settings)
    {
        Directory.CreateDirectory(settings.Folder.Root);
        string program = Environment.ProcessPath ?? throw new InvalidOperationException("This process has no path.");
        string[] itself = Path.GetFileNameWithoutExtension(program) == "dotnet" ? [program, Environment.GetCommandLineArgs()[0]] : [program];
        string[] command =
        [
            "-c", "nohup \"$@\" >>\"$0\" 2>&1 </dev/null & echo $!", settings.Folder.Log, .. itself, "devnet", "run", "--folder", settings.Folder.Root,
            "--verifiers", settings.Verifiers.ToString(CultureInfo.InvariantCulture), "--executors", settings.Executors.ToString(CultureInfo.InvariantCulture),
            "--port", settings.Port.ToString(CultureInfo.InvariantCulture), .. settings.Tpm is { } kind ? ["--tpm", TpmOption.Name(kind)] : Array.Empty<string>(),
            .. settings.Ledger is { } ledger ? ["--ledger", LedgerOption.Name(ledger)] : Array.Empty<string>(),
            .. settings.Enclave is { } enclave ? ["--enclave", EnclaveOption.Name(enclave)] : Array.Empty<string>(),
        ];
        using Process shell = Process.Start(new ProcessStartInfo("/bin/sh", command) { RedirectStandardOutput = true }) ?? throw new InvalidOperationException("No shell was started.");
        int started = int.Parse(shell.StandardOutput.ReadLine() ?? "", NumberStyles.None, CultureInfo.InvariantCulture);
        shell.WaitForExit();
        return started;
    }

    private static async Task WaitReadyAsync(CommandContext context, DevelopmentNetwork network, DevnetSettings settings, CancellationToken cancellation)
    {
        using ErrandClient client = await ErrandClient.ConnectAsync(new Uri(network.LedgerAddress), network.Genesis.NetworkId(), context.Environment.Time, cancellation).ConfigureAwait(false);
        while (true)
        {
            await client.View.CatchUpAsync(cancellation).ConfigureAwait(false);
            if (client.State.Nodes.Values.Count(node => node.Proven && node.KeyAt(client.State.Clock.Epoch) is not null) >= settings.Verifiers + settings.Executors) return;
            await Task.Delay(Pause, context.Environment.Time, cancellation).ConfigureAwait(false);
        }
    }

    private static Passphrase OpenPassphrase(CommandContext context, DevelopmentFolder folder)
    {
        if (!File.Exists(folder.PassphraseFile) && Passphrase.TryFromEnvironment() is null && !File.Exists(folder.Genesis))
            DurablePassphrase(folder.PassphraseFile);
        return File.Exists(folder.PassphraseFile) ? Passphrase.FromFile(folder.PassphraseFile) : context.ReadPassphrase(create: false);
    }

    private static void DurablePassphrase(string file)
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using var writer = new StreamWriter(file, options);
        writer.WriteLine(RandomNumberGenerator.GetHexString(32, lowercase: true));
    }

    // In .errand/devnet the network is found from everywhere below the folder that holds .errand.
    private static string NetworkFile(DevelopmentFolder folder) => Path.Combine(Path.GetDirectoryName(folder.Root)!, "network");

    private static void WriteNetworkFile(DevelopmentFolder folder, DevelopmentNetwork network)
    {
        if (Path.GetFileName(Path.GetDirectoryName(folder.Root)) == ".errand")
            File.WriteAllText(NetworkFile(folder), $"{network.LedgerAddress} {network.Genesis.NetworkId()}\n");
    }
}
