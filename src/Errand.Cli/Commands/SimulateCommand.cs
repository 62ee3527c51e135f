using System.CommandLine;
using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using Errand.Client;
using Errand.Simulation;

namespace Errand.Cli;

/// <summary><c>errand simulate</c>: whole networks in virtual time, under faults and lies, judged by a second model of the rules.</summary>
internal static class SimulateCommand
{
    private const int SeedsMax = 10_000_000;
    private const int ProgressEvery = 100;

    public static Command Build(CommandRunner runner)
    {
        var simulate = new CliCommand("simulate", "Run whole networks in virtual time, under faults and lies, and judge what comes of them.",
            "errand simulate --seeds 200", "errand simulate --seed 4711", "errand simulate --seeds 10000 --from 1 --mix faults", "errand simulate --scale 10,1000,100000 --svg plots");
        var seeds = new Option<int>("--seeds") { Description = "How many networks.", DefaultValueFactory = _ => 100, HelpName = "N" };
        var from = new Option<ulong?>("--from") { Description = "The first seed; else a fresh one.", HelpName = "SEED" };
        var seed = new Option<ulong?>("--seed") { Description = "Run the network of this seed alone, and say what was in it.", HelpName = "SEED" };
        var mix = new Option<string>("--mix") { Description = $"What there may be: {string.Join(", ", SimulationMix.All)}.", DefaultValueFactory = _ => SimulationMix.Default.Name, HelpName = "NAME" };
        var scale = new Option<string?>("--scale") { Description = "Instead: what tasks and the state cost with so many verifiers, divided by commas.", HelpName = "SIZES" };
        var tasks = new Option<int>("--tasks") { Description = "With --scale: how many tasks of each size are measured.", DefaultValueFactory = _ => 3, HelpName = "N" };
        var plots = new Option<string?>("--svg") { Description = "With --scale: write plots to this folder.", HelpName = "FOLDER" };
        foreach (Option option in new Option[] { seeds, from, seed, mix, scale, tasks, plots }) simulate.Add(option);
        runner.SetUnlimited(simulate, (context, cancellation) =>
        {
            if (context.Get(scale) is { } sizes) return Task.FromResult(SimulateScale.Run(context, sizes, context.Get(tasks), context.Get(plots), cancellation));
            SimulationMix known = SimulationMix.Find(context.Get(mix)) ?? throw new ClientException(ClientError.Usage, $"There is no mix {context.Get(mix)}.", $"There are: {string.Join(", ", SimulationMix.All)}.");
            if (context.Get(seed) is { } one) return Task.FromResult(RunOne(context, one, known));
            int count = context.Get(seeds);
            if (count is < 1 or > SeedsMax) throw new ClientException(ClientError.Usage, $"--seeds is a number from 1 to {SeedsMax}.");
            return Task.FromResult(RunMany(context, context.Get(from) ?? (ulong)RandomNumberGenerator.GetInt32(1, int.MaxValue), count, known, cancellation));
        });
        return simulate;
    }

    private static ExitCode RunOne(CommandContext context, ulong seed, SimulationMix mix)
    {
        SimulationReport report = context.Environment.Simulate(seed, mix);
        if (context.Json)
        {
            context.WriteJson(json => Write(json, report));
        }
        else
        {
            context.Line($"seed {seed}, mix {mix}: {report.Plan}");
            context.Line(string.Create(CultureInfo.InvariantCulture, $"{report.Entries} entries, {report.Events} events; tasks: {string.Join(", ", report.Tasks)}; state root {report.Root}"));
            Print(context, report);
            if (report.Findings.Count == 0) context.Line("The judges found nothing.");
        }
        return report.Findings.Count == 0 ? ExitCode.Ok : ExitCode.Verification;
    }

    private static ExitCode RunMany(CommandContext context, ulong from, int count, SimulationMix mix, CancellationToken cancellation)
    {
        var gate = new Lock();
        var outcomes = new SortedDictionary<string, int>(StringComparer.Ordinal);
        int done = 0, failed = 0;
        long entries = 0;
        if (!context.Json) context.Line(string.Create(CultureInfo.InvariantCulture, $"{count} networks of the mix {mix}, seeds {from} to {from + (ulong)count - 1}"));
        long started = context.Environment.Time.GetTimestamp();
        Parallel.For(0, count, new ParallelOptions { CancellationToken = cancellation, MaxDegreeOfParallelism = System.Environment.ProcessorCount }, index =>
        {
            SimulationReport report = context.Environment.Simulate(from + (ulong)index, mix);
            lock (gate)
            {
                done++;
                entries += report.Entries;
                foreach (string task in report.Tasks) outcomes[task] = outcomes.GetValueOrDefault(task) + 1;
                if (report.Findings.Count > 0)
                {
                    failed++;
                    if (context.Json) context.WriteJsonLine(json => Write(json, report));
                    else Print(context, report);
                }
                if (!context.Json && done % ProgressEvery == 0) context.Line(string.Create(CultureInfo.InvariantCulture, $"{done} of {count}, {failed} with findings"));
            }
        });
        double seconds = context.Environment.Time.GetElapsedTime(started).TotalSeconds;
        if (context.Json)
        {
            context.WriteJsonLine(json => WriteSum(json, from, done, failed, mix, outcomes));
        }
        else
        {
            context.Line(string.Create(CultureInfo.InvariantCulture, $"{done} networks, {entries} entries in {seconds:0.0} s; {failed} with findings"));
            foreach ((string task, int times) in outcomes) context.Line($"  {task,-28} {times}");
        }
        return failed == 0 ? ExitCode.Ok : ExitCode.Verification;
    }

    private static void Print(CommandContext context, SimulationReport report)
    {
        if (report.Findings.Count == 0) return;
        context.Line($"seed {report.Seed} has findings; replay it with: {report.Replay}");
        foreach (Finding finding in report.Findings) context.Line($"  {finding}");
    }

    private static void Write(Utf8JsonWriter json, SimulationReport report)
    {
        json.WriteStartObject();
        json.WriteNumber("seed", report.Seed);
        json.WriteString("mix", report.Mix.Name);
        json.WriteString("plan", report.Plan);
        json.WriteNumber("entries", report.Entries);
        json.WriteNumber("events", report.Events);
        json.WriteString("root", report.Root.ToString());
        json.WriteStartArray("tasks");
        foreach (string task in report.Tasks) json.WriteStringValue(task);
        json.WriteEndArray();
        json.WriteStartArray("findings");
        foreach (Finding finding in report.Findings) json.WriteStringValue(finding.ToString());
        json.WriteEndArray();
        json.WriteString("replay", report.Replay);
        json.WriteEndObject();
    }

    private static void WriteSum(Utf8JsonWriter json, ulong from, int done, int failed, SimulationMix mix, SortedDictionary<string, int> outcomes)
    {
        json.WriteStartObject();
        json.WriteNumber("from", from);
        json.WriteNumber("networks", done);
        json.WriteNumber("withFindings", failed);
        json.WriteString("mix", mix.Name);
        json.WriteStartObject("tasks");
        foreach ((string task, int times) in outcomes) json.WriteNumber(task, times);
        json.WriteEndObject();
        json.WriteEndObject();
    }
}
