using System.CommandLine;
using System.Net;
using Errand.Client;
using Errand.Node;
using Microsoft.Extensions.Logging;

namespace Errand.Cli;

/// <summary><c>errand devnet prepare</c> and <c>part</c>: a development network whose nodes run in processes, or on machines, of their own.</summary>
internal static class DevnetParts
{
    public static void AddTo(CliCommand devnet, CommandRunner runner, Option<string?> folder, Func<CommandContext, DevnetSettings> settings, IReadOnlyList<Option> size)
    {
        var prepare = new CliCommand("prepare", "Make a network's keys, machines and genesis, and start nothing.", "errand devnet prepare --ledger served --verifiers 4 --executors 1");
        foreach (Option option in size) prepare.Add(option);
        runner.Set(prepare, (context, _) => PrepareAsync(context, settings(context)));
        devnet.Add(prepare);

        var names = new Argument<string[]>("name") { Description = "verifier-1, executor-1, …, or a party: hospital, lab, researcher.", Arity = ArgumentArity.OneOrMore };
        var ledger = new Option<string>("--ledger-url") { Description = "Where errand ledger serve answers.", HelpName = "URL", Required = true };
        Option<string> listen = LedgerServeCommand.Listen();
        Option<int> port = LedgerServeCommand.Port();
        var part = new CliCommand("part", "Run some nodes or parties of a prepared network here until stopped; the others run elsewhere.", "errand devnet part verifier-1 --ledger-url http://127.0.0.1:8080") { names, ledger, listen, port };
        runner.SetUnlimited(part, (context, cancellation) => RunAsync(context, DevnetSettings.FindFolder(context, context.Get(folder)), context.Get(names), context.Get(ledger), LedgerServeCommand.ParseAddress(context.Get(listen)), context.Get(port), cancellation));
        devnet.Add(part);
    }

    private static async Task<ExitCode> PrepareAsync(CommandContext context, DevnetSettings settings)
    {
        using Passphrase passphrase = DevelopmentPassphrase.Open(settings.Folder);
        using ILoggerFactory loggers = LoggerFactory.Create(logging => logging.AddSimpleConsole(console => console.SingleLine = true));
        await DevelopmentNetwork.PrepareAsync(
            new DevelopmentNetworkOptions { Folder = settings.Folder.Root, Passphrase = passphrase, Verifiers = settings.Verifiers, Executors = settings.Executors, Tpm = settings.Tpm, Ledger = settings.Ledger, Governance = DevelopmentGovernors.Open(settings.Folder, passphrase) },
            loggers, context.Environment.Time).ConfigureAwait(false);
        context.Line(Flags.Development);
        context.Line($"prepared {settings.Folder.Root}");
        return ExitCode.Ok;
    }

    private static async Task<ExitCode> RunAsync(CommandContext context, DevelopmentFolder folder, string[] names, string ledger, IPAddress listen, int port, CancellationToken cancellation)
    {
        if (!Uri.TryCreate(ledger, UriKind.Absolute, out Uri? address)) throw new ClientException(ClientError.Usage, $"{ledger} is no URL.");
        using Passphrase passphrase = DevelopmentPassphrase.Read(context, folder);
        using ILoggerFactory loggers = LoggerFactory.Create(logging => logging
            .AddFilter("Microsoft.AspNetCore", LogLevel.Warning)
            .AddSimpleConsole(console => console.SingleLine = true));
        (int verifiers, int executors) = DevelopmentNetwork.FindSize(folder)
            ?? throw new DevelopmentNetworkException("devnet/no-genesis", $"There is no network in {folder.Root} of which a part could run.", "Make it first: errand devnet prepare.");
        var options = new DevelopmentNetworkOptions { Folder = folder.Root, Passphrase = passphrase, Verifiers = verifiers, Executors = executors, LedgerAddress = address, Parts = names, Listen = listen, Port = port };
        DevelopmentNetwork network = await DevelopmentNetwork.StartAsync(options, loggers, context.Environment.Time).ConfigureAwait(false);
        await using (network.ConfigureAwait(false))
        {
            context.Line(Flags.Development);
            context.Line($"{string.Join(", ", names)} at {network.Address}");
            context.Output.Flush();
            try
            {
                await network.Failure.WaitAsync(cancellation).ConfigureAwait(false);
                return ExitCode.Failed;
            }
            catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
            {
                return ExitCode.Ok;
            }
        }
    }
}
