using System.CommandLine;
using System.Text.Json;
using Errand.Client;
using Errand.Ledger;
using Errand.Node;
using Errand.Platform;
using Errand.Tpm;

namespace Errand.Cli;

/// <summary>Runs commands: the one place where errors become two lines and an exit code.</summary>
internal sealed class CommandRunner(CliEnvironment environment, CommonOptions options)
{
    /// <summary>Gives a command its action.</summary>
    public void Set(Command command, Func<CommandContext, CancellationToken, Task<ExitCode>> run) =>
        command.SetAction((parseResult, cancellation) => RunAsync(new CommandContext(environment, options, parseResult), run, limited: true, cancellation));

    /// <summary>Gives a command an action that goes on until it is stopped.</summary>
    public void SetUnlimited(Command command, Func<CommandContext, CancellationToken, Task<ExitCode>> run) =>
        command.SetAction((parseResult, cancellation) => RunAsync(new CommandContext(environment, options, parseResult), run, limited: false, cancellation));

    /// <summary>Gives a command an action that needs no network.</summary>
    public void Set(Command command, Func<CommandContext, ExitCode> run) => Set(command, (context, _) => Task.FromResult(run(context)));

    private async Task<int> RunAsync(CommandContext context, Func<CommandContext, CancellationToken, Task<ExitCode>> run, bool limited, CancellationToken cancellation)
    {
        using var late = new CancellationTokenSource(limited && context.Timeout is { Ticks: > 0 } timeout ? timeout : System.Threading.Timeout.InfiniteTimeSpan, environment.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellation, late.Token);
        try
        {
            return (int)await run(context, either.Token).ConfigureAwait(false);
        }
        catch (ClientException wrong)
        {
            return Say(wrong.Message, wrong.Advice, wrong.Code, ExitCodes.Of(wrong.Error));
        }
        catch (DevelopmentNetworkException wrong)
        {
            return Say(wrong.What, wrong.Remedy, wrong.Code, ExitCode.Failed);
        }
        catch (EnrolmentException wrong)
        {
            return Say(wrong.What, wrong.Remedy, wrong.Code, ExitCodes.OfEnrolment(wrong.Code));
        }
        catch (LedgerException fault)
        {
            ExitCode exit = fault.Fault is LedgerFault.Forked or LedgerFault.RolledBack or LedgerFault.Damaged ? ExitCode.Verification : fault.Fault == LedgerFault.Transport ? ExitCode.Unreachable : ExitCode.Failed;
            return Say(fault.Message, "See docs/ledger.md for what each fault asks of an operator.", $"ledger/{JsonNamingPolicy.KebabCaseLower.ConvertName(fault.Fault.ToString())}", exit);
        }
        catch (TpmException fault)
        {
            return Say(fault.Message, fault.Remedy, $"tpm/{JsonNamingPolicy.KebabCaseLower.ConvertName(fault.Error.ToString())}", ExitCode.Failed);
        }
        catch (EvidenceException wrong)
        {
            return Say(Printable.Of(wrong.Fault.Sentence), Printable.Of(wrong.Fault.Remedy), wrong.Fault.Code, ExitCode.Failed);
        }
        catch (OperationCanceledException) when (late.IsCancellationRequested && !cancellation.IsCancellationRequested)
        {
            return Say($"Nothing came within {context.Timeout.TotalSeconds:0} seconds.", ClientError.Timeout.Advice(), ClientError.Timeout.Code(), ExitCode.Unreachable);
        }
        catch (OperationCanceledException)
        {
            return Say("Stopped.", "What was appended to the ledger stays there.", "cli/stopped", ExitCode.Failed);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return Say(fault.Message, "Check path, rights and disk.", "file/unreadable", ExitCode.Failed);
        }
    }

    private int Say(string what, string advice, string code, ExitCode exit)
    {
        environment.Error.WriteLine($"error: {what} [{code}]");
        environment.Error.WriteLine($"       {advice}");
        return (int)exit;
    }
}
