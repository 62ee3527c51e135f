using System.Text.Json;
using System.Xml.Linq;
using Errand.Simulation;

namespace Errand.Cli.Tests;

public sealed class SimulateCommandTests : IDisposable
{
    private const string What = "a task ended twice";
    private readonly CliFolder _cli = new();

    public void Dispose() => _cli.Dispose();

    [Fact]
    public void Networks_that_hold_end_with_0_and_say_how_their_tasks_ended()
    {
        CliResult result = _cli.Run("simulate", "--seeds", "2", "--from", "1", "--mix", "calm");
        Assert.Equal(0, result.Exit);
        Assert.Contains("2 networks of the mix calm, seeds 1 to 2", result.Output, StringComparison.Ordinal);
        Assert.Contains("0 with findings", result.Output, StringComparison.Ordinal);
        Assert.Contains("Completed", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void One_seed_is_replayed_to_the_same_root()
    {
        CliResult[] results = [.. Enumerable.Range(0, 2).Select(_ => _cli.Run("simulate", "--seed", "4711"))];
        Assert.Equal(0, results[0].Exit);
        Assert.Equal(results[0].Output, results[1].Output);
        Assert.Contains(Simulator.Run(4711, SimulationMix.Default).Root.ToString(), results[0].Output, StringComparison.Ordinal);
        Assert.Contains("The judges found nothing.", results[0].Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Json_of_one_seed_says_what_was_in_it()
    {
        JsonElement json = await _cli.JsonAsync("simulate", "--seed", "1", "--mix", "calm");
        Assert.Equal(1, json.GetProperty("seed").GetInt64());
        Assert.Equal("calm", json.GetProperty("mix").GetString());
        Assert.Equal(Simulator.Run(1, SimulationMix.Calm).Root.ToString(), json.GetProperty("root").GetString());
        Assert.Equal(0, json.GetProperty("findings").GetArrayLength());
        Assert.All(json.GetProperty("tasks").EnumerateArray(), task => Assert.Equal("Completed", task.GetString()));
    }

    [Fact]
    public void Findings_end_with_5_and_the_command_that_replays_them()
    {
        _cli.Simulate = WithFinding(seed: 2);
        CliResult result = _cli.Run("simulate", "--seeds", "3", "--from", "1", "--mix", "calm");
        Assert.Equal(5, result.Exit);
        Assert.Contains("1 with findings", result.Output, StringComparison.Ordinal);
        Assert.Contains("errand simulate --seed 2 --mix calm", result.Output, StringComparison.Ordinal);
        Assert.Contains(What, result.Output, StringComparison.Ordinal);
        Assert.Equal(5, _cli.Run("simulate", "--seed", "2", "--mix", "calm").Exit);
        Assert.Equal(0, _cli.Run("simulate", "--seed", "1", "--mix", "calm").Exit);
    }

    [Fact]
    public void Json_of_many_seeds_has_a_line_for_each_with_findings_and_one_for_all()
    {
        _cli.Simulate = WithFinding(seed: 2);
        CliResult result = _cli.Run("simulate", "--seeds", "3", "--from", "1", "--mix", "calm", "--json");
        Assert.Equal(5, result.Exit);
        JsonElement[] lines = [.. result.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement)];
        Assert.Equal(2, lines.Length);
        Assert.Equal("errand simulate --seed 2 --mix calm", lines[0].GetProperty("replay").GetString());
        Assert.Contains(What, lines[0].GetProperty("findings")[0].GetString(), StringComparison.Ordinal);
        Assert.Equal((3, 1), (lines[1].GetProperty("networks").GetInt32(), lines[1].GetProperty("withFindings").GetInt32()));
    }

    [Theory]
    [InlineData("--mix", "nothing")]
    [InlineData("--seeds", "0")]
    [InlineData("--scale", "10,,20")]
    [InlineData("--scale", "0")]
    [InlineData("--scale", "-5")]
    public void What_makes_no_sense_is_a_usage_error(string option, string value) => Assert.Equal(2, _cli.Run("simulate", $"{option}={value}").Exit);

    [Fact]
    public void Scale_measures_each_size_and_draws_plots()
    {
        CliResult result = _cli.Run("simulate", "--scale", "12,5", "--tasks", "1", "--svg", "plots");
        Assert.Equal(0, result.Exit);
        string[] rows = [.. result.Output.Split('\n').Where(line => line.StartsWith("| ", StringComparison.Ordinal)).Skip(2)];
        // All sit in so small networks: submit, 2 accepts, 2 claims, tick, evidence, the verdicts, 2 releases, receipt.
        Assert.StartsWith("| 5 | 15 |", rows[0], StringComparison.Ordinal);
        Assert.StartsWith("| 12 | 22 |", rows[1], StringComparison.Ordinal);
        string[] plots = Directory.GetFiles(_cli.In("plots"), "*.svg");
        Assert.Equal(5, plots.Length);
        Assert.All(plots, plot => Assert.Equal("svg", XDocument.Load(plot).Root!.Name.LocalName));
    }

    // Of the other seeds nothing is simulated either: what counts here is the command.
    private static Func<ulong, SimulationMix, SimulationReport> WithFinding(ulong seed)
    {
        SimulationReport calm = Simulator.Run(1, SimulationMix.Calm);
        return (asked, mix) => calm with { Seed = asked, Mix = mix, Findings = asked == seed ? [new Finding("end", What)] : [] };
    }
}
