using System.CommandLine;

namespace Errand.Cli;

/// <summary><c>errand completion</c>: scripts that let shells complete the command line.</summary>
internal static class CompletionCommand
{
    // Each asks the program itself, by the [suggest:POSITION] directive, so the scripts never go stale.
    private const string Bash = """
        _errand_complete() {
            local IFS=$'\n'
            COMPREPLY=($(compgen -W "$(errand "[suggest:${COMP_POINT}]" "${COMP_LINE}" 2>/dev/null)" -- "${COMP_WORDS[COMP_CWORD]}"))
        }
        complete -o default -F _errand_complete errand
        """;

    private const string Zsh = """
        #compdef errand
        _errand() {
            local -a words_found
            words_found=("${(@f)$(errand "[suggest:${CURSOR}]" "${BUFFER}" 2>/dev/null)}")
            compadd -a words_found || _files
        }
        compdef _errand errand
        """;

    private const string Fish = """
        complete -c errand -f -a '(errand "[suggest:"(commandline -C)"]" (commandline -cp) 2>/dev/null)'
        """;

    private static readonly Dictionary<string, string> Scripts = new(StringComparer.Ordinal) { ["bash"] = Bash, ["zsh"] = Zsh, ["fish"] = Fish };

    public static Command Build(CommandRunner runner)
    {
        var completion = new CliCommand("completion", "Print a script that lets your shell complete errand's commands and options.", "source <(errand completion bash)", "errand completion fish > ~/.config/fish/completions/errand.fish");
        var shell = new Argument<string>("shell") { Description = "bash, zsh or fish." };
        shell.AcceptOnlyFromAmong([.. Scripts.Keys]);
        completion.Add(shell);
        runner.Set(completion, context =>
        {
            context.Line(Scripts[context.Get(shell)]);
            return ExitCode.Ok;
        });
        return completion;
    }
}
