using System.Globalization;
using System.Text.Json;
using Errand.Client;
using Errand.Simulation;

namespace Errand.Cli;

/// <summary><c>errand simulate --scale</c>: what tasks and the state cost in networks of given sizes, with the real fold.</summary>
internal static class SimulateScale
{
    private const int TasksMax = 10_000;

    public static ExitCode Run(CommandContext context, string sizes, int tasks, string? plots, CancellationToken cancellation)
    {
        if (tasks is < 1 or > TasksMax) throw new ClientException(ClientError.Usage, $"--tasks is a number from 1 to {TasksMax}.");
        int[] verifiers = [.. Parse(sizes).Distinct().Order()];
        var reports = new List<ScaleReport>();
        if (!context.Json) context.Line("Warming up.");
        ScaleRun.WarmUp(cancellation);
        foreach (int size in verifiers)
        {
            if (!context.Json) context.Line(string.Create(CultureInfo.InvariantCulture, $"{size} verifiers:"));
            ScaleReport report = ScaleRun.Measure(size, tasks, System.Environment.ProcessorCount, line => Tell(context, line), cancellation);
            reports.Add(report);
            if (context.Json) context.WriteJsonLine(json => Write(json, report));
        }
        if (!context.Json) Print(context, reports);
        if (plots is not null)
        {
            string folder = context.Environment.At(plots);
            Directory.CreateDirectory(folder);
            foreach ((string name, string svg) in ScalePlots.Draw(reports)) File.WriteAllText(Path.Combine(folder, name), svg);
        }
        return ExitCode.Ok;
    }

    private static IEnumerable<int> Parse(string sizes)
    {
        foreach (string size in sizes.Split(',', StringSplitOptions.TrimEntries))
        {
            if (!int.TryParse(size, NumberStyles.None, CultureInfo.InvariantCulture, out int verifiers) || verifiers is < 1 or > ScaleRun.VerifiersMax)
                throw new ClientException(ClientError.Usage, $"--scale takes numbers of verifiers from 1 to {ScaleRun.VerifiersMax}.", "For example: --scale 10,1000,100000");
            yield return verifiers;
        }
    }

    private static void Tell(CommandContext context, string line)
    {
        if (!context.Json) context.Line($"  {line}");
    }

    // As docs/simulation.md has it.
    private static void Print(CommandContext context, IEnumerable<ScaleReport> reports)
    {
        context.Line();
        context.Line("| verifiers | entries a task | KiB a task | ms of one follower | rounds | network time, s | tickets an epoch | state, MiB | bytes a verifier | from a snapshot | snapshot, MiB | save, s | load, s | growth, s |");
        context.Line("| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |");
        foreach (ScaleReport report in reports)
        {
            context.Line(string.Create(CultureInfo.InvariantCulture,
                $"| {report.Verifiers:#,0} | {report.TaskEntries:0} | {report.TaskBytes / 1024:0.0} | {report.TaskProcessor.TotalMilliseconds:0.0} | {report.TaskRounds:0.#} | {report.TaskTime.TotalSeconds:0} | {report.EpochTickets:0.0} | {Mebibytes(report.StateBytes):0.0} | {report.StateBytesPerVerifier:#,0} | {report.LoadedBytes / (double)report.Verifiers:#,0} | {Mebibytes(report.SnapshotBytes):0.0} | {report.Save.TotalSeconds:0.0} | {report.Load.TotalSeconds:0.0} | {report.Growth.TotalSeconds:0} |"));
        }
    }

    private static double Mebibytes(long bytes) => bytes / (double)(1 << 20);

    private static void Write(Utf8JsonWriter json, ScaleReport report)
    {
        json.WriteStartObject();
        json.WriteNumber("verifiers", report.Verifiers);
        json.WriteNumber("growthEntries", report.GrowthEntries);
        json.WriteNumber("growthSeconds", report.Growth.TotalSeconds);
        json.WriteNumber("tasks", report.Tasks);
        json.WriteNumber("taskEntries", report.TaskEntries);
        json.WriteNumber("taskBytes", report.TaskBytes);
        json.WriteNumber("taskProcessorMilliseconds", report.TaskProcessor.TotalMilliseconds);
        json.WriteNumber("taskRounds", report.TaskRounds);
        json.WriteNumber("taskSeconds", report.TaskTime.TotalSeconds);
        json.WriteNumber("epochTickets", report.EpochTickets);
        json.WriteNumber("stateBytes", report.StateBytes);
        json.WriteNumber("loadedBytes", report.LoadedBytes);
        json.WriteNumber("snapshotBytes", report.SnapshotBytes);
        json.WriteNumber("saveSeconds", report.Save.TotalSeconds);
        json.WriteNumber("loadSeconds", report.Load.TotalSeconds);
        json.WriteString("root", report.Root.ToString());
        json.WriteEndObject();
    }
}
