using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace Errand.Protocol.Tests;

/// <summary>Folds the history of the vectors in a process of another language and time zone; the seed of its string hashes is its own.</summary>
/// <param name="Language">As in LANG.</param>
/// <param name="TimeZone">As in TZ.</param>
internal sealed record HistoryFoldProcess(string Language, string TimeZone)
{
    public const string Argument = "fold-history";

    /// <summary>False where the machine does not know the time zone.</summary>
    public bool KnowsTimeZone => File.Exists(Path.Combine("/usr/share/zoneinfo", TimeZone));

    public async Task<HistoryFoldReport> RunAsync(CancellationToken cancellation)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!, [Argument, Language.Replace('_', '-').Split('.')[0]]) { RedirectStandardOutput = true };
        start.Environment["LANG"] = start.Environment["LC_ALL"] = Language;
        start.Environment["TZ"] = TimeZone;
        start.Environment.Remove(ProtocolVectors.RewriteVariable);
        using Process process = Process.Start(start)!;
        string output = await process.StandardOutput.ReadToEndAsync(cancellation);
        await process.WaitForExitAsync(cancellation);
        Assert.Equal(0, process.ExitCode);
        return JsonSerializer.Deserialize<HistoryFoldReport>(output)!;
    }

    /// <summary>What the other process does.</summary>
    public static int Fold(string culture)
    {
        CultureInfo.DefaultThreadCurrentCulture = CultureInfo.CurrentCulture = new CultureInfo(culture) { NumberFormat = { NegativeSign = "~", NumberDecimalSeparator = "," } };
        Genesis.TryDecode(Convert.FromHexString(LongHistoryVector.Read().Genesis), out Genesis? genesis);
        List<string> roots = HistoryFold.Roots(genesis!, LongHistoryVector.ReadEntries(), out _);
        Console.WriteLine(JsonSerializer.Serialize(new HistoryFoldReport(roots[^1], TimeZoneInfo.Local.Id, "errand".GetHashCode(StringComparison.Ordinal))));
        return 0;
    }
}

/// <param name="Root">The last state root.</param>
/// <param name="TimeZone">The zone of the process.</param>
/// <param name="HashOfText">The hash of one text there: another in each process.</param>
internal sealed record HistoryFoldReport(string Root, string TimeZone, int HashOfText);
