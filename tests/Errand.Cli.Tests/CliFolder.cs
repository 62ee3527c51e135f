using System.Text.Json;
using Errand.Client;
using Errand.Simulation;

namespace Errand.Cli.Tests;

/// <summary>A folder in which command lines run, in this process, with a home and variables of their own.</summary>
internal sealed class CliFolder : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("errand-cli-");

    public Dictionary<string, string> Variables { get; } = new(StringComparer.Ordinal) { [Passphrase.Variable] = "correct horse" };

    /// <summary>What simulations come to.</summary>
    public Func<ulong, SimulationMix, SimulationReport> Simulate { get; set; } = Simulator.Run;

    public string Path => _folder.FullName;

    public string In(string name) => System.IO.Path.Combine(_folder.FullName, name);

    public string Write(string name, string text)
    {
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(In(name))!);
        File.WriteAllText(In(name), text);
        return In(name);
    }

    public CliResult Run(params string[] arguments) => RunAsync(arguments).GetAwaiter().GetResult();

    public Task<CliResult> RunAsync(params string[] arguments) => RunAsync(arguments, TestContext.Current.CancellationToken);

    /// <summary>Runs a command until it ends or is stopped.</summary>
    public async Task<CliResult> RunAsync(string[] arguments, CancellationToken stop)
    {
        using var output = new StringWriter { NewLine = "\n" };
        using var error = new StringWriter { NewLine = "\n" };
        var environment = new CliEnvironment
        {
            Output = output,
            Error = error,
            Terminal = null,
            Variable = Variables.GetValueOrDefault,
            Folder = Path,
            Home = In("home"),
            Time = TimeProvider.System,
            Colours = false,
            Simulate = Simulate,
        };
        int exit = await CommandLine.RunAsync(arguments, environment, stop);
        return new CliResult(exit, output.ToString(), error.ToString());
    }

    /// <summary>Runs a command that must succeed and gives its JSON.</summary>
    public async Task<JsonElement> JsonAsync(params string[] arguments)
    {
        CliResult result = await RunAsync([.. arguments, "--json"]);
        Assert.True(result.Exit == 0, result.Error + result.Output);
        return JsonDocument.Parse(result.Output).RootElement;
    }

    public void Dispose() => _folder.Delete(recursive: true);
}

/// <summary>What a command line came to.</summary>
internal sealed record CliResult(int Exit, string Output, string Error);
