using System.CommandLine;

namespace Errand.Cli;

/// <summary><c>errand devnet</c>: a whole network on this machine, for development.</summary>
internal static class DevnetCommands
{
    public static Command Build(CommandRunner runner)
    {
        var folder = new Option<string?>("--folder") { Description = "Where the network lies; else the one here or above, else .errand/devnet.", HelpName = "FOLDER", Recursive = true };
        var devnet = new CliCommand("devnet", "Run a whole network on this machine. Its evidence has the real formats and ends at development roots: it protects nothing.");
        devnet.Add(folder);

        var verifiers = new Option<int?>("--verifiers") { Description = "Verifiers of a new network; 7 unless told. One that was made keeps its number.", HelpName = "N" };
        var executors = new Option<int?>("--executors") { Description = "Executors of a new network; 3 unless told. One that was made keeps its number.", HelpName = "N" };
        var port = new Option<int>("--port") { Description = "Port on 127.0.0.1; 0 takes the last one or any.", HelpName = "N" };

        Option<string?> tpm = TpmOption.Create();
        Option<string?> ledger = LedgerOption.Create();
        Option<string?> enclave = EnclaveOption.Create();

        var up = new CliCommand("up", "Start the network in the background and wait until its nodes are qualified.", "errand devnet up", "errand devnet up --verifiers 10 --executors 4", "errand devnet up --tpm swtpm");
        var run = new CliCommand("run", "Run the network in the foreground until stopped.", "errand devnet run");
        foreach (CliCommand command in (CliCommand[])[up, run])
        {
            command.Add(verifiers);
            command.Add(executors);
            command.Add(port);
            command.Add(tpm);
            command.Add(ledger);
            command.Add(enclave);
        }
        runner.Set(up, (context, cancellation) => DevnetHost.UpAsync(context, Settings(context), cancellation));
        runner.SetUnlimited(run, (context, cancellation) => DevnetHost.RunAsync(context, Settings(context), cancellation));
        devnet.Add(up);
        devnet.Add(run);

        var down = new CliCommand("down", "Stop the network.", "errand devnet down", "errand devnet down --remove");
        var remove = new Option<bool>("--remove") { Description = "Also remove the network's folder with all keys, data and history." };
        down.Add(remove);
        runner.Set(down, (context, cancellation) => DevnetHost.DownAsync(context, DevnetSettings.FindFolder(context, context.Get(folder)), context.Get(remove), cancellation));
        devnet.Add(down);

        var status = new CliCommand("status", "Say whether the network runs, where, and how its nodes stand.", "errand devnet status --json");
        runner.Set(status, (context, cancellation) => DevnetHost.StatusAsync(context, DevnetSettings.FindFolder(context, context.Get(folder)), cancellation));
        devnet.Add(status);
        DevnetParts.AddTo(devnet, runner, folder, Settings, [verifiers, executors, port, tpm, ledger]);
        return devnet;

        DevnetSettings Settings(CommandContext context) =>
            DevnetSettings.Of(DevnetSettings.FindFolder(context, context.Get(folder)), context.Get(verifiers), context.Get(executors), context.Get(port), TpmOption.Parse(context.Get(tpm)), LedgerOption.Parse(context.Get(ledger)))
                with { Enclave = EnclaveOption.Parse(context.Get(enclave)), ImageFolder = EnclaveOption.ImageFolder(context) };
    }
}
