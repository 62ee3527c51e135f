using System.CommandLine;
using System.Text.Json;

namespace Errand.Cli.Tests;

public sealed class CommandLineTests : IDisposable
{
    private readonly CliFolder _cli = new();

    public void Dispose() => _cli.Dispose();

    [Fact]
    public void Help_lists_the_commands_and_the_exit_codes()
    {
        CliResult help = _cli.Run("--help");
        Assert.Equal(0, help.Exit);
        foreach (string command in (string[])["keys", "data", "app", "policy", "task", "result", "receipt", "ledger", "fault", "numbers", "devnet", "completion", "help"])
            Assert.Contains($"\n  {command}", help.Output, StringComparison.Ordinal);
        Assert.Contains("Exit codes:", help.Output, StringComparison.Ordinal);
        foreach ((string code, string meaning) in ExitCodes.Table) Assert.Contains($"{code,-12} {meaning}", help.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_command_has_help_and_every_leaf_an_example()
    {
        RootCommand root = CommandLine.Build(CliEnvironment.System);
        foreach (string[] path in Leaves(root, []))
        {
            CliResult help = _cli.Run([.. path, "--help"]);
            Assert.True(help.Exit == 0 && help.Output.Contains("Examples:\n  ", StringComparison.Ordinal), string.Join(' ', path));
        }
    }

    [Theory]
    [InlineData("task submitt", "Unrecognized command or argument 'submitt'.", "See: errand task --help")]
    [InlineData("numbers --no-such-option", "Unrecognized command or argument '--no-such-option'.", "See: errand numbers --help")]
    [InlineData("task show", "Required argument 'id' missing for command", "See: errand task show --help")]
    [InlineData("numbers --tau many", "Cannot parse argument 'many'", "See: errand numbers --help")]
    [InlineData("data seal x --workers 0", "--workers is a number from 1 to 64.", "See: errand data seal --help")]
    public void Wrong_command_lines_are_told_what_and_where_to_look(string line, string what, string advice)
    {
        CliResult result = _cli.Run(line.Split(' '));
        Assert.Equal(2, result.Exit);
        Assert.Contains(what, result.Error, StringComparison.Ordinal);
        Assert.Contains("[cli/usage]", result.Error, StringComparison.Ordinal);
        Assert.Contains(advice, result.Error, StringComparison.Ordinal);
        Assert.Empty(result.Output);
    }

    [Theory]
    [InlineData("", "devnet")]
    [InlineData("task", "submit")]
    public void Group_without_a_command_shows_what_there_is(string line, string command)
    {
        CliResult result = _cli.Run(line.Split(' ', StringSplitOptions.RemoveEmptyEntries));
        Assert.Equal(2, result.Exit);
        Assert.Contains($"  {command} ", result.Error, StringComparison.Ordinal);
        Assert.Empty(result.Output);
    }

    [Theory]
    [InlineData("task list", 2, "network/unknown")]
    [InlineData("task list --network nonsense", 2, "network/unknown")]
    [InlineData("task list --network http://127.0.0.1:1", 4, "network/unreachable")]
    [InlineData("keys show", 1, "keystore/missing")]
    [InlineData("data verify none", 1, "file/missing")]
    [InlineData("policy check none", 1, "file/missing")]
    [InlineData("receipt verify none", 1, "file/missing")]
    [InlineData("numbers --honest 2", 2, "cli/usage")]
    [InlineData("keys show --as hospital", 2, "network/unknown")]
    [InlineData("devnet status", 4, "")]
    public void Errors_are_two_lines_with_a_code_and_never_a_stack_trace(string line, int exit, string code)
    {
        CliResult result = _cli.Run(line.Split(' '));
        Assert.Equal(exit, result.Exit);
        Assert.DoesNotContain("   at ", result.Error + result.Output, StringComparison.Ordinal);
        if (code.Length == 0) return;
        string[] lines = result.Error.TrimEnd('\n').Split('\n');
        Assert.Equal(2, lines.Length);
        Assert.StartsWith("error: ", lines[0], StringComparison.Ordinal);
        Assert.EndsWith($"[{code}]", lines[0], StringComparison.Ordinal);
        Assert.StartsWith("       ", lines[1], StringComparison.Ordinal);
    }

    [Fact]
    public void Network_comes_from_option_then_variable_then_file_upwards()
    {
        _cli.Write(".errand/network", "http://127.0.0.1:1\n");
        Assert.Contains("127.0.0.1:1/", _cli.Run("task", "list").Error, StringComparison.Ordinal);
        _cli.Variables["ERRAND_NETWORK"] = "http://127.0.0.1:2";
        Assert.Contains("127.0.0.1:2/", _cli.Run("task", "list").Error, StringComparison.Ordinal);
        Assert.Contains("127.0.0.1:3/", _cli.Run("task", "list", "--network", "http://127.0.0.1:3").Error, StringComparison.Ordinal);
        _cli.Variables.Clear();
        _cli.Write(".errand/network", "http://127.0.0.1:1 nonsense");
        Assert.Contains("network id", _cli.Run("task", "list").Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Exit_codes_are_printed_for_people_and_programs()
    {
        Assert.Equal(ExitCodes.Table.Count, _cli.Run("help", "exit-codes").Output.TrimEnd('\n').Split('\n').Length);
        using JsonDocument json = JsonDocument.Parse(_cli.Run("help", "exit-codes", "--json").Output);
        Assert.Equal(ExitCodes.Table.Count, json.RootElement.GetArrayLength());
    }

    [Theory]
    [InlineData("errand ta", 9, "task")]
    [InlineData("errand task ", 12, "submit")]
    [InlineData("errand completion ", 18, "fish")]
    public void Suggestions_come_from_the_program_itself(string line, int position, string expected) =>
        Assert.Contains(expected, _cli.Run($"[suggest:{position}]", line).Output.Split('\n', StringSplitOptions.TrimEntries));

    [Theory]
    [InlineData("bash", "complete -o default -F _errand_complete errand")]
    [InlineData("zsh", "#compdef errand")]
    [InlineData("fish", "complete -c errand")]
    public void Completion_scripts_ask_the_program(string shell, string line)
    {
        CliResult result = _cli.Run("completion", shell);
        Assert.Equal(0, result.Exit);
        Assert.Contains(line, result.Output, StringComparison.Ordinal);
        Assert.Contains("[suggest:", result.Output, StringComparison.Ordinal);
    }

    private static IEnumerable<string[]> Leaves(Command command, string[] path)
    {
        if (command.Subcommands.Count == 0 && path.Length > 0) return [path];
        return command.Subcommands.SelectMany(sub => Leaves(sub, [.. path, sub.Name]));
    }
}
