using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Errand.Client;
using Errand.Platform;

namespace Errand.Cli;

/// <summary><c>errand vectors</c>: run published test vectors through this program's verifiers.</summary>
internal static class VectorsCommands
{
    private const int CaseCountMax = 10_000;
    private const int ReasonsShown = 20;

    public static Command Build(CommandRunner runner)
    {
        var vectors = new CliCommand("vectors", "Run published test vectors.");
        var run = new CliCommand("run", "Run every case.json under a folder, and fail if anything differs from what it expects.", "errand vectors run ../shared/vectors", "errand vectors run ../shared/vectors/tdx --json");
        var folder = new Argument<string>("folder") { Description = "The folder; cases lie in it or below." };
        run.Add(folder);
        runner.Set(run, (context, cancellation) => Task.FromResult(Run(context, context.Path(folder), cancellation)));
        vectors.Add(run);
        return vectors;
    }

    private static ExitCode Run(CommandContext context, string folder, CancellationToken cancellation)
    {
        if (!Directory.Exists(folder)) throw new ClientException(ClientError.FileMissing, $"There is no folder {folder}.");
        string[] cases = [.. Directory.EnumerateFiles(folder, "case.json", SearchOption.AllDirectories).Select(file => Path.GetDirectoryName(file)!).Order(StringComparer.Ordinal).Take(CaseCountMax + 1)];
        // Nothing run is nothing shown: an empty folder does not pass.
        if (cases.Length == 0) throw new ClientException(ClientError.FileMissing, $"There is no case.json in {folder} or below.");
        if (cases.Length > CaseCountMax) throw new ClientException(ClientError.FileUnreadable, $"There are more than {CaseCountMax} cases in {folder}.");
        List<VectorRow> rows = [];
        if (!context.Json) context.Line($"{"",-4}  {"kind",-11} {"case",-46} {"expected",-34} {"got",-34} {"ms",8}");
        foreach (string path in cases)
        {
            cancellation.ThrowIfCancellationRequested();
            VectorRow row = RunOne(path);
            rows.Add(row);
            if (!context.Json) Print(context, row);
        }
        int skipped = rows.Count(row => row.NotRun is not null);
        int failed = rows.Count(row => !row.Passed && row.NotRun is null);
        if (context.Json) context.WriteJson(json => Write(json, rows));
        else
        {
            context.Line();
            foreach (VectorRow row in rows.Where(row => row.NotRun is not null)) context.Line($"not run: {Printable.Of(row.Kind)} {Printable.Of(row.Name)}: {Printable.Of(row.NotRun!)}.");
            foreach (IGrouping<string, VectorRow> unknown in rows.Where(row => row.UnknownKind).GroupBy(row => row.Kind)) context.Line($"kind {Printable.Of(unknown.Key)} cannot be run here: its {unknown.Count()} cases count as failed.");
            context.Line($"{rows.Count - failed - skipped} of {rows.Count} cases as expected, {failed} not, {skipped} not run.");
        }
        return failed == 0 && skipped < rows.Count ? ExitCode.Ok : ExitCode.Verification;
    }

    private static VectorRow RunOne(string path)
    {
        long start = Stopwatch.GetTimestamp();
        try
        {
            VectorOutcome outcome = VectorRunner.Run(path);
            return new VectorRow(outcome.Kind, outcome.Name, Words(outcome.ExpectedOutcome, outcome.ExpectedReason), Words(outcome.ActualOutcome, outcome.ActualReason),
                Stopwatch.GetElapsedTime(start), outcome.Passed, false, outcome.NotRun, outcome.Differences, outcome.NotCompared);
        }
        catch (Exception wrong) when (wrong is InvalidDataException or IOException or UnauthorizedAccessException or FormatException or InvalidOperationException or ArgumentException or KeyNotFoundException or JsonException)
        {
            string kind = VectorRunner.FindKind(path) ?? "?";
            return new VectorRow(kind, Path.GetFileName(path), "?", "cannot be run", Stopwatch.GetElapsedTime(start), false, !VectorRunner.Kinds.Contains(kind), null, [wrong.Message], []);
        }
    }

    private static string Words(string outcome, string reason) => reason.Length == 0 || reason == "none" ? outcome : $"{outcome} {reason}";

    private static void Print(CommandContext context, VectorRow row)
    {
        context.Line(string.Create(CultureInfo.InvariantCulture, $"{(row.Passed ? "ok" : row.NotRun is null ? "FAIL" : "-"),-4}  {Printable.Of(row.Kind),-11} {Printable.Of(row.Name),-46} {Printable.Of(row.Expected),-34} {row.Got,-34} {row.Time.TotalMilliseconds,8:0.0}"));
        foreach (string difference in row.Differences.Take(ReasonsShown)) context.Line($"        {Printable.Of(difference)}");
        if (row.Differences.Count > ReasonsShown) context.Line($"        and {row.Differences.Count - ReasonsShown} more");
    }

    private static void Write(Utf8JsonWriter json, List<VectorRow> rows)
    {
        json.WriteStartObject();
        json.WriteNumber("cases", rows.Count);
        json.WriteNumber("failed", rows.Count(row => !row.Passed && row.NotRun is null));
        json.WriteNumber("notRun", rows.Count(row => row.NotRun is not null));
        json.WriteStartArray("results");
        foreach (VectorRow row in rows)
        {
            json.WriteStartObject();
            json.WriteString("kind", row.Kind);
            json.WriteString("case", row.Name);
            json.WriteBoolean("passed", row.Passed);
            json.WriteBoolean("unknownKind", row.UnknownKind);
            json.WriteString("notRun", row.NotRun);
            json.WriteString("expected", row.Expected);
            json.WriteString("got", row.Got);
            json.WriteNumber("milliseconds", Math.Round(row.Time.TotalMilliseconds, 3));
            WriteList(json, "differences", row.Differences);
            WriteList(json, "notCompared", row.NotCompared);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteList(Utf8JsonWriter json, string name, IEnumerable<string> items)
    {
        json.WriteStartArray(name);
        foreach (string item in items) json.WriteStringValue(item);
        json.WriteEndArray();
    }
}
