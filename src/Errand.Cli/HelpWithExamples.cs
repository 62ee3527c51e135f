using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace Errand.Cli;

/// <summary>Writes the usual help, then the command's examples.</summary>
internal sealed class HelpWithExamples(HelpAction usual) : SynchronousCommandLineAction
{
    public override bool ClearsParseErrors => usual.ClearsParseErrors;

    public override int Invoke(ParseResult parseResult)
    {
        int code = usual.Invoke(parseResult);
        TextWriter output = parseResult.InvocationConfiguration.Output;
        switch (parseResult.CommandResult.Command)
        {
            case CliCommand { Examples.Count: > 0 } command:
                output.WriteLine("Examples:");
                foreach (string example in command.Examples) output.WriteLine($"  {example}");
                output.WriteLine();
                break;
            case RootCommand:
                output.WriteLine("Exit codes:");
                foreach ((string exit, string meaning) in ExitCodes.Table) output.WriteLine($"  {exit,-12} {meaning}");
                output.WriteLine();
                break;
            default:
                break;
        }
        return code;
    }
}
