using Errand.Simulation;
using Spectre.Console;

namespace Errand.Cli;

/// <summary>What a command meets outside: writers, terminal, variables, clock. Tests give their own.</summary>
internal sealed record CliEnvironment
{
    public required TextWriter Output { get; init; }

    public required TextWriter Error { get; init; }

    /// <summary>Where the user can be asked; null when there is nobody.</summary>
    public required IAnsiConsole? Terminal { get; init; }

    public required Func<string, string?> Variable { get; init; }

    public required string Folder { get; init; }

    public required string Home { get; init; }

    public required TimeProvider Time { get; init; }

    /// <summary>True when colours may be used on <see cref="Output"/>.</summary>
    public required bool Colours { get; init; }

    /// <summary>Runs a simulated network; tests give one with findings, which no seed of the real rules has.</summary>
    public Func<ulong, SimulationMix, SimulationReport> Simulate { get; init; } = Simulator.Run;

    public static CliEnvironment System { get; } = new()
    {
        Output = Console.Out,
        Error = Console.Error,
        Terminal = Console.IsInputRedirected || Console.IsErrorRedirected ? null : AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error) }),
        Variable = Environment.GetEnvironmentVariable,
        Folder = Environment.CurrentDirectory,
        Home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile),
        Time = TimeProvider.System,
        Colours = !Console.IsOutputRedirected && string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR")),
    };

    /// <summary>A path as the user means it.</summary>
    public string At(string path) => Path.GetFullPath(path, Folder);

    /// <summary>Finds <c>.errand/NAME</c> here or above; null if there is none.</summary>
    public string? FindUpwards(string name)
    {
        for (DirectoryInfo? folder = new(Folder); folder is not null; folder = folder.Parent)
            if (Path.Combine(folder.FullName, ".errand", name) is var path && Path.Exists(path)) return path;
        return null;
    }
}
