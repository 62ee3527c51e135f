using System.CommandLine;
using System.CommandLine.Help;

namespace Errand.Cli;

/// <summary>The errand command: all its parts put together.</summary>
internal static class CommandLine
{
    // A ledger lets requests end and signs a last checkpoint.
    private static readonly TimeSpan TerminationPatience = TimeSpan.FromSeconds(15);

    /// <summary>Runs a command line and gives its exit code.</summary>
    public static async Task<int> RunAsync(IReadOnlyList<string> arguments, CliEnvironment environment, CancellationToken cancellation = default)
    {
        RootCommand root = Build(environment);
        ParseResult parsed = root.Parse(arguments);
        var configuration = new InvocationConfiguration { Output = environment.Output, Error = environment.Error, ProcessTerminationTimeout = TerminationPatience };
        if (parsed.Errors.Count == 0 || parsed.Action is not System.CommandLine.Invocation.ParseErrorAction) return await parsed.InvokeAsync(configuration, cancellation).ConfigureAwait(false);
        if (parsed.CommandResult.Command.Subcommands.Count > 0 && parsed.UnmatchedTokens.Count == 0)
        {
            // A group without one of its commands: what there is to choose from says more than an error.
            configuration.Output = environment.Error;
            await root.Parse([.. arguments, "--help"]).InvokeAsync(configuration, cancellation).ConfigureAwait(false);
            return (int)ExitCode.Usage;
        }
        foreach (System.CommandLine.Parsing.ParseError error in parsed.Errors) environment.Error.WriteLine($"error: {error.Message} [cli/usage]");
        environment.Error.WriteLine($"       See: {Name(parsed.CommandResult.Command)} --help");
        return (int)ExitCode.Usage;
    }

    internal static RootCommand Build(CliEnvironment environment)
    {
        var options = new CommonOptions();
        var runner = new CommandRunner(environment, options);
        var root = new RootCommand("Confidential computing in a network that nobody owns: sealed apps run on sealed data where it lies.");
        foreach (Option option in options.All) root.Add(option);
        root.Add(KeysCommands.Build(runner));
        root.Add(DataCommands.Build(runner));
        root.Add(AppCommands.Build(runner));
        root.Add(PolicyCommands.Build(runner));
        root.Add(TaskCommands.Build(runner));
        root.Add(ResultCommands.Build(runner));
        root.Add(ReceiptCommands.Build(runner));
        root.Add(LedgerCommands.Build(runner));
        root.Add(StateCommands.Build(runner));
        root.Add(NodeCommands.Build(runner));
        root.Add(OperatorCommands.Build(runner));
        root.Add(FaultCommands.Build(runner));
        root.Add(GenesisCommands.Build(runner));
        root.Add(GovernCommands.Build(runner));
        root.Add(EvidenceCommands.Build(runner));
        root.Add(MeasureCommands.Build(runner));
        root.Add(ImageCommands.Build(runner));
        root.Add(VectorsCommands.Build(runner));
        root.Add(NumbersCommand.Build(runner));
        root.Add(SimulateCommand.Build(runner));
        root.Add(DevnetCommands.Build(runner));
        root.Add(DemoCommand.Build(runner));
        root.Add(CompletionCommand.Build(runner));
        root.Add(HelpCommand.Build(runner));
        foreach (Option option in root.Options)
            if (option is HelpOption { Action: HelpAction usual } help) help.Action = new HelpWithExamples(usual);
        return root;
    }

    private static string Name(Command command) =>
        command is RootCommand ? "errand" : $"{Name((Command)command.Parents.First())} {command.Name}";
}
