using System.CommandLine;
using Errand.Client;

namespace Errand.Cli;

/// <summary><c>errand app new</c>: a folder with a small app that works, and the script that builds it.</summary>
internal sealed class AppNewCommand
{
    private const string DefaultLanguage = "c";

    private readonly Argument<string> _folder = new("folder") { Description = "The new project's folder; must not exist." };
    private readonly Option<string> _language = new("--lang") { Description = "c, rust, as (AssemblyScript), python or sql.", DefaultValueFactory = _ => DefaultLanguage, HelpName = "LANGUAGE" };

    /// <summary>Where the projects lie beside the program: a folder for each language.</summary>
    private static string Templates => Path.Combine(AppContext.BaseDirectory, "Templates");

    public static Command Build(CommandRunner runner)
    {
        var create = new AppNewCommand();
        create._language.AcceptOnlyFromAmong("c", "rust", "as", "python", "sql");
        var command = new CliCommand("new", "Start a project: a small app that works, the script that builds it, and what to do next.", "errand app new by-year --lang sql", "errand app new my-model --lang c");
        command.Add(create._folder);
        command.Add(create._language);
        runner.Set(command, (context, _) => Task.FromResult(create.Run(context)));
        return command;
    }

    private ExitCode Run(CommandContext context)
    {
        string folder = context.Path(_folder);
        if (Path.Exists(folder)) throw new ClientException(ClientError.FileExists, $"{folder} exists.");
        try
        {
            Directory.CreateDirectory(folder);
            foreach (string file in Directory.GetFiles(Path.Combine(Templates, context.Get(_language)!)).Order(StringComparer.Ordinal))
            {
                File.Copy(file, Path.Combine(folder, Path.GetFileName(file)));
                context.Line($"file     {Path.Combine(context.Get(_folder)!, Path.GetFileName(file))}");
            }
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new ClientException(ClientError.FileUnreadable, $"{folder} cannot be made: {fault.Message}", fault);
        }
        context.Line($"next     sh {Path.Combine(context.Get(_folder)!, "build.sh")}");
        return ExitCode.Ok;
    }
}
