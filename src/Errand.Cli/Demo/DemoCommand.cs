using System.CommandLine;
using System.Diagnostics;
using System.Text;
using Errand.Client;
using Errand.Node;
using Errand.Primitives;
using Errand.Protocol;
using Spectre.Console;

namespace Errand.Cli;

/// <summary><c>errand demo</c>: starts a network in this process and runs a whole task on real data, and then an app that cheats.</summary>
internal static class DemoCommand
{
    private const string ModelFile = "model.json", ReportFile = "report.txt";

    public static Command Build(CommandRunner runner)
    {
        var command = new CliCommand("demo", "Starts a network of your own and shows a whole task on real data.", "errand demo", "errand demo --fresh");
        var fresh = new Option<bool>("--fresh") { Description = "Makes a new network instead of using the last demo's." };
        var samples = new Option<string>("--samples") { Description = "The folder of sample apps and data.", DefaultValueFactory = _ => "samples" };
        command.Add(fresh);
        command.Add(samples);
        Option<string?> tpm = TpmOption.Create();
        command.Add(tpm);
        Option<string?> ledger = LedgerOption.Create();
        command.Add(ledger);
        Option<string?> enclave = EnclaveOption.Create();
        command.Add(enclave);
        runner.Set(command, (context, cancellation) => RunAsync(context, context.Get(fresh), context.Environment.At(context.Get(samples)), TpmOption.Parse(context.Get(tpm)), EnclaveOption.Parse(context.Get(enclave)), LedgerOption.Parse(context.Get(ledger)), cancellation));
        return command;
    }

    private static async Task<ExitCode> RunAsync(CommandContext context, bool fresh, string samples, DevelopmentTpmKind? tpm, DevelopmentEnclaveKind? enclave, DevelopmentLedgerKind? ledger, CancellationToken cancellation)
    {
        var total = Stopwatch.StartNew();
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Out = new AnsiConsoleOutput(context.Output),
            ColorSystem = context.Environment.Colours ? ColorSystemSupport.Detect : ColorSystemSupport.NoColors,
        });
        if (!context.Environment.Colours) console.Profile.Width = 160;
        var view = new DemoView(console);
        var folder = new DevelopmentFolder(Path.Combine(context.Environment.Folder, ".errand", "demo"));
        if (fresh && Directory.Exists(folder.Root))
        {
            await DevelopmentNetwork.StopLeftBehindAsync(folder, context.Environment.Time).ConfigureAwait(false);
            Directory.Delete(folder.Root, recursive: true);
        }
        view.Title();

        view.Section("1. A network");
        using Passphrase passphrase = DevelopmentPassphrase.Open(folder);
        var options = new DevelopmentNetworkOptions { Folder = folder.Root, Passphrase = passphrase, Tpm = tpm ?? DemoTpm.Choose(folder), Enclave = enclave, VmImageFolder = EnclaveOption.ImageFolder(context), Ledger = ledger };
        bool first = !File.Exists(folder.Genesis);
        if (first) view.Line("", "the first start makes keys for all hardware, RSA-4096 among them: some seconds");
        using var loggers = HostLog.Create(folder);
        DevelopmentNetwork network = await StartAsync(options, mayChoose: tpm is null, loggers, context.Environment.Time, view).ConfigureAwait(false);
        await using (network.ConfigureAwait(false))
        {
            await RunAsync(context, view, network, options, samples, cancellation).ConfigureAwait(false);
        }
        view.Section("Done");
        view.Line("time", $"{total.Elapsed.TotalSeconds:0.0} s in all. The log is in {folder.Log}.");
        return ExitCode.Ok;
    }

    // Another build of the enclave is another measurement, which the demo's old network would rightly refuse; and a later version may not
    // know an earlier one's genesis. Nothing in the folder is anybody's but the demo's.
    private static async Task<DevelopmentNetwork> StartAsync(DevelopmentNetworkOptions options, bool mayChoose, Microsoft.Extensions.Logging.ILoggerFactory loggers, TimeProvider time, DemoView view)
    {
        try
        {
            return await DevelopmentNetwork.StartAsync(options, loggers, time).ConfigureAwait(false);
        }
        catch (DevelopmentNetworkException changed) when (changed.Code is "devnet/image-changed" or "devnet/genesis" or "devnet/tpm-kind" || (mayChoose && changed.Code == "devnet/tpm" && options.Tpm == DevelopmentTpmKind.Swtpm))
        {
            view.Line("", changed.Code switch
            {
                "devnet/genesis" => "the last demo's network is of another version: a new one is made",
                "devnet/tpm-kind" => "the last demo's TPMs are of another kind: a new network is made",
                "devnet/tpm" => $"swtpm does not start here, so the TPMs are in this process: {changed.What}",
                _ => "the enclave's program has changed since the last demo: a new network is made",
            });
            var folder = new DevelopmentFolder(options.Folder);
            await DevelopmentNetwork.StopLeftBehindAsync(folder, time).ConfigureAwait(false);
            DevelopmentPassphrase.RemoveAllElse(folder);
            DevelopmentTpmKind? kind = changed.Code == "devnet/tpm" ? DevelopmentTpmKind.Process : mayChoose ? DemoTpm.Choose(folder) : options.Tpm;
            return await DevelopmentNetwork.StartAsync(options with { Tpm = kind }, loggers, time).ConfigureAwait(false);
        }
    }

    private static async Task RunAsync(CommandContext context, DemoView view, DevelopmentNetwork network, DevelopmentNetworkOptions options, string samples, CancellationToken cancellation)
    {
        using ErrandClient client = await ErrandClient.ConnectAsync(new Uri(network.LedgerAddress), network.Genesis.NetworkId(), context.Environment.Time, cancellation).ConfigureAwait(false);
        await network.UntilQualifiedAsync(cancellation).ConfigureAwait(false);
        await client.SyncAsync(cancellation).ConfigureAwait(false);
        view.Line("network", $"{network.Genesis.NetworkId()} at {network.LedgerAddress}");
        view.Line("TPMs", DemoTpm.Describe(network.TpmKind));
        view.Nodes(client.State, network.Names, await TrustHistory.ReadAsync(network.Genesis, network.Ledger, cancellation).ConfigureAwait(false));

        view.Section("2. Sealed data stays, a sealed app travels");
        using var parties = new DemoParties(network, options, client);
        string data = Path.Combine(samples, "data", "breast-cancer-wisconsin.csv");
        DemoAsset table = await parties.PublishAsync("hospital", AssetKind.Data, data, DemoPolicies.Data, cancellation).ConfigureAwait(false);
        view.Asset("hospital", Path.GetFileName(data), table, $"stays at {options.DataSite}");
        DemoAsset model = await parties.PublishAsync("lab", AssetKind.App, Guest(samples, "logreg"), DemoPolicies.App, cancellation).ConfigureAwait(false);
        view.Asset("lab", "logreg.wasm", model, "travels to the drawn executor");
        DemoAsset cheat = await parties.PublishAsync("lab", AssetKind.App, Guest(samples, "cheat"), DemoPolicies.App, cancellation).ConfigureAwait(false);
        view.Asset("lab", "cheat.wasm", cheat, "an app that tries to break out");

        view.Section("3. A task: the researcher's model is trained on the hospital's records");
        TaskId training = await parties.SubmitAsync(model.Id, table.Id, ["table.csv"], cancellation).ConfigureAwait(false);
        await WatchAsync(view, network, client, training, cancellation).ConfigureAwait(false);
        view.Phases(client.State.Tasks[training]);

        view.Section("4. The result, opened with the researcher's key");
        await ShowFileAsync(view, client, parties, training, ModelFile, 12, cancellation).ConfigureAwait(false);

        view.Section("5. The receipt, checked from its bundle");
        await DemoReceipt.ShowAsync(view, client, network, training, cancellation).ConfigureAwait(false);

        view.Section("6. An app that cheats");
        TaskId cheating = await parties.SubmitAsync(cheat.Id, table.Id, [], cancellation).ConfigureAwait(false);
        await WatchAsync(null, network, client, cheating, cancellation).ConfigureAwait(false);
        await ShowAttemptsAsync(view, client, parties, cheating, cancellation).ConfigureAwait(false);
        TaskId greedy = await parties.SubmitAsync(cheat.Id, table.Id, ["output"], cancellation).ConfigureAwait(false);
        await WatchAsync(null, network, client, greedy, cancellation).ConfigureAwait(false);
        SealedResult cut = await client.FetchResultAsync(greedy, cancellation).ConfigureAwait(false);
        view.Line("output", $"writing without end: the run ends as '{cut.Receipt.Outcome}', and no byte of it leaves");

        view.Section("7. What crossed between the parties");
        view.Traffic(network.Traffic, await LedgerBytesAsync(network, cancellation).ConfigureAwait(false));
    }

    private static string Guest(string samples, string name) => Path.Combine(samples, "guests", "bin", name + ".wasm");

    private static async Task WatchAsync(DemoView? view, DevelopmentNetwork network, ErrandClient client, TaskId task, CancellationToken cancellation)
    {
        long start = 0;
        await foreach (TaskEvent happened in client.WatchAsync(task, cancellation).ConfigureAwait(false))
        {
            if (start == 0) start = happened.AtMilliseconds;
            view?.Event(happened, start, network.Names);
        }
        await client.SyncAsync(cancellation).ConfigureAwait(false);
    }

    private static async Task ShowFileAsync(DemoView view, ErrandClient client, DemoParties parties, TaskId task, string name, int linesMax, CancellationToken cancellation)
    {
        string[] lines = await ReadLinesAsync(client, parties, task, name, cancellation).ConfigureAwait(false);
        foreach (string line in lines.Take(linesMax)) view.Line("", line);
        if (lines.Length > linesMax) view.Line("", $"… and {lines.Length - linesMax} lines more");
    }

    private static async Task<string[]> ReadLinesAsync(ErrandClient client, DemoParties parties, TaskId task, string name, CancellationToken cancellation)
    {
        SealedResult result = await client.FetchResultAsync(task, cancellation).ConfigureAwait(false);
        ResultPackage package = ResultOpener.Open(result, client.Network, parties.Recipient);
        return Encoding.UTF8.GetString(package.Files.Single(file => file.Name == name).Content.Span).TrimEnd().Split('\n');
    }

    // Each line of the app's own report is an attempt and what it got.
    private static async Task ShowAttemptsAsync(DemoView view, ErrandClient client, DemoParties parties, TaskId task, CancellationToken cancellation)
    {
        string[] attempts = await ReadLinesAsync(client, parties, task, ReportFile, cancellation).ConfigureAwait(false);
        int granted = attempts.Count(line => line.EndsWith("GRANTED", StringComparison.Ordinal));
        string[] wanted = ["open /etc/passwd", "open ../../etc/passwd", "open /data/new for writing", "raw path_open beyond memory", "send to", "clock", "environment", "sleep"];
        foreach (string what in wanted)
            if (Array.Find(attempts, line => line.StartsWith(what, StringComparison.Ordinal)) is { } line) view.Line("", line);
        view.Line("in all", $"{attempts.Length} lines of attempts, {granted} of them granted; its randomness comes from the content keys, its clock stands still");
        if (granted > 0) throw new ClientException(ClientError.LedgerTampered, $"The sandbox granted {granted} attempts of the cheating app.");
    }

    private static async Task<long> LedgerBytesAsync(DevelopmentNetwork network, CancellationToken cancellation)
    {
        long bytes = 0;
        for (long position = 0; await network.Ledger.ReadAsync(position, 1024, cancellation).ConfigureAwait(false) is { Count: > 0 } page; position += page.Count)
            bytes += page.Sum(entry => (long)entry.Bytes.Length);
        return bytes;
    }
}
