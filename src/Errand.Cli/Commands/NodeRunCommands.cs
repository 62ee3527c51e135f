using System.CommandLine;
using Errand.Client;
using Errand.Ledger;
using Errand.Node;
using Errand.Protocol;
using Microsoft.Extensions.Logging;

namespace Errand.Cli;

/// <summary><c>errand node run</c> and <c>restore</c>: an enrolled node at work, and what to do when its TPM no longer opens its keys.</summary>
internal static class NodeRunCommands
{
    public static Command BuildRun(CommandRunner runner)
    {
        Option<string> state = NodeEnrolCommand.State();
        var vouch = new Option<string?>("--vouch") { Description = "The operator's word for the node, as errand operator vouch prints it; kept from then on.", HelpName = "HEX" };
        var once = new Option<bool>("--once") { Description = "Ends with code 4 when the network is not reached for a minute, for a supervisor to start it again; else it goes on trying by itself." };
        var run = new CliCommand("run", "Run the node of a folder in the foreground until stopped: it registers, proves its machine and renews by itself.", "errand node run --state node") { state, vouch, once };
        runner.SetUnlimited(run, (context, cancellation) => RunAsync(context, new NodeFolder(context.Environment.At(context.Get(state))), context.Get(vouch), context.Get(once), cancellation));
        return run;
    }

    public static Command BuildRestore(CommandRunner runner)
    {
        Option<string> state = NodeEnrolCommand.State();
        var recovery = new Option<string>("--recovery") { Description = "The key store that was made when the node was enrolled.", HelpName = "FOLDER", Required = true };
        var restore = new CliCommand("restore", "Seal a node's keys anew from its recovery key store, after firmware, boot loader or TPM were changed.", "errand node restore --state node --recovery /media/key/node") { state, recovery };
        runner.Set(restore, async (context, cancellation) =>
        {
            using Passphrase passphrase = context.ReadPassphrase(create: false);
            using KeyStore store = KeyStore.Open(context.Environment.At(context.Get(recovery)), passphrase.Characters);
            await NodeEnrolment.RestoreAsync(new NodeFolder(context.Environment.At(context.Get(state))), store, context.Environment.Time, cancellation).ConfigureAwait(false);
            context.Line("sealed anew; start it with errand node run");
            return ExitCode.Ok;
        });
        return restore;
    }

    private static async Task<ExitCode> RunAsync(CommandContext context, NodeFolder folder, string? vouch, bool once, CancellationToken cancellation)
    {
        NodeFile file = NodeFile.Read(folder);
        if (vouch is not null)
        {
            GenesisError error = Genesis.TryDecode(await File.ReadAllBytesAsync(folder.Genesis, cancellation).ConfigureAwait(false), out Genesis? genesis);
            file.WithVouch(genesis?.NetworkId() ?? throw new EnrolmentException("node/damaged", $"The genesis in {folder.Genesis} is refused ({error}).", "Restore it from a copy."), vouch).Write(folder);
        }
        using Passphrase? passphrase = file.DevelopmentTee is { } development ? DevelopmentPassphrase.Read(context, new DevelopmentFolder(development)) : null;
        using ILoggerFactory loggers = LoggerFactory.Create(logging => logging
            .AddFilter("Microsoft.AspNetCore", LogLevel.Warning)
            .AddSimpleConsole(console => console.SingleLine = true));
        try
        {
            return once
                ? await LiveAsync(context, folder, passphrase, loggers, cancellation).ConfigureAwait(false)
                : await LiveOnAsync(context, folder, passphrase, loggers, cancellation).ConfigureAwait(false);
        }
        catch (LedgerException fault) when (fault.Fault == LedgerFault.Transport)
        {
            throw new EnrolmentException("network/unreachable", $"The network at {file.Network} was not reached for a minute: {fault.Message}", "See that it runs, and start the node again; without --once it goes on trying by itself.", fault);
        }
        catch (LedgerException fault)
        {
            throw new EnrolmentException("network/damaged", $"The network at {file.Network} shows a ledger that is not whole: {fault.Message}", "Ask who runs it, and do not run the node before it is explained.", fault);
        }
    }

    private static async Task<ExitCode> LiveOnAsync(CommandContext context, NodeFolder folder, Passphrase? passphrase, ILoggerFactory loggers, CancellationToken cancellation)
    {
        var exit = ExitCode.Failed;
        var supervisor = new NodeSupervisor(context.Environment.Time, (loss, pause) =>
        {
            context.Line($"the network was lost ({loss.Message}); the node starts again in {pause.TotalSeconds:0} s");
            context.Output.Flush();
        });
        try
        {
            await supervisor.RunAsync(async stop => exit = await LiveAsync(context, folder, passphrase, loggers, stop).ConfigureAwait(false), cancellation).ConfigureAwait(false);
            return exit;
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            return ExitCode.Ok;
        }
    }

    private static async Task<ExitCode> LiveAsync(CommandContext context, NodeFolder folder, Passphrase? passphrase, ILoggerFactory loggers, CancellationToken cancellation)
    {
        EnrolledNode node = await EnrolledNode.StartAsync(folder, passphrase, context.ChainEndpoints, loggers, context.Environment.Time, cancellation).ConfigureAwait(false);
        await using (node.ConfigureAwait(false))
        {
            try
            {
                if (node.Genesis.Development) context.Line(Flags.Development);
                context.Line($"node {node.Id} at {node.File.Endpoint}");
                Task qualified = node.UntilQualifiedAsync(cancellation);
                if (await Task.WhenAny(qualified, node.Completion).ConfigureAwait(false) == qualified)
                {
                    await qualified.ConfigureAwait(false);
                    context.Line("qualified");
                    context.Output.Flush();
                }
                await node.Completion.WaitAsync(cancellation).ConfigureAwait(false);
                return ExitCode.Failed;
            }
            catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
            {
                return ExitCode.Ok;
            }
        }
    }
}
