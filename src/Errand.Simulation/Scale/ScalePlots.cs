namespace Errand.Simulation;

/// <summary>The plots of docs/simulation.md.</summary>
public static class ScalePlots
{
    /// <summary>File names with their SVG documents.</summary>
    public static IReadOnlyList<(string Name, string Svg)> Draw(IReadOnlyList<ScaleReport> reports)
    {
        ArgumentNullException.ThrowIfNull(reports);
        return
        [
            ("scale-entries.svg", Plot(reports, "Ledger entries of a task", report => report.TaskEntries)),
            ("scale-bytes.svg", Plot(reports, "Ledger bytes of a task, KiB", report => report.TaskBytes / 1024)),
            ("scale-processor.svg", Plot(reports, "Processor time of a task for one follower, ms", report => report.TaskProcessor.TotalMilliseconds)),
            ("scale-rounds.svg", Plot(reports, "Rounds of a task", report => report.TaskRounds)),
            ("scale-state.svg", Plot(reports, "Memory of the state for each verifier, bytes", report => report.StateBytesPerVerifier)),
        ];
    }

    private static string Plot(IReadOnlyList<ScaleReport> reports, string title, Func<ScaleReport, double> value) =>
        new SvgPlot(title, "verifiers", [.. reports.OrderBy(report => report.Verifiers).Select(report => ((double)report.Verifiers, value(report)))]).Draw();
}
