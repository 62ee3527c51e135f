using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;

namespace Errand.Fuzz;

/// <summary>
/// Fuzzes targets one after another: an input that takes a branch which none took before joins the corpus and is changed further. An input
/// that throws, takes over two seconds or allocates over 256 MiB is a finding: saved, with the command that replays it.
/// </summary>
internal static class Campaign
{
    private const double SlowSeconds = 2;
    private const long AllocatedMax = 256L << 20;

    public static int Run(FuzzOptions options, TextWriter output)
    {
        var map = new CoverageMap(); // before any woven code runs
        IReadOnlyList<FuzzTarget> all = [.. WireTargets.All(), .. ShapeTargets.All(), .. LedgerTargets.All(), .. EvmTargets.All(), .. EvidenceTargets.All(options.Vectors, output)];
        string[] unknown = [.. options.Targets.Where(name => all.All(target => target.Name != name))];
        if (unknown.Length > 0)
        {
            output.WriteLine($"no target {string.Join(", ", unknown)}; there are {string.Join(", ", all.Select(target => target.Name))}");
            return 2;
        }
        FuzzTarget[] chosen = [.. all.Where(target => options.Targets.Length == 0 || options.Targets.Contains(target.Name))];
        if (options.Replay is { } file) return Replay(chosen[0], file, map, output);

        output.WriteLine($"seed {options.Seed}");
        int findings = chosen.Sum(target => Fuzz(target, options, map, output) ? 0 : 1);
        output.WriteLine(findings == 0 ? $"{chosen.Length} targets, nothing found" : $"{findings} of {chosen.Length} targets failed");
        return findings == 0 ? 0 : 1;
    }

    private static bool Fuzz(FuzzTarget target, FuzzOptions options, CoverageMap map, TextWriter output)
    {
        var mutator = new Mutator(options.Seed);
        List<FuzzInput> corpus = [.. target.Seeds];
        if (corpus.Count == 0) corpus.Add(new FuzzInput([], 0));
        map.Forget();
        foreach (FuzzInput seed in target.Seeds)
        {
            if (Try(target, seed, map) is { } failure) return Save(target, seed, failure, options, output);
            map.Learn();
        }

        int known = map.Branches;
        long runs = 0;
        var clock = Stopwatch.StartNew();
        double told = 0;
        while (clock.Elapsed.TotalSeconds < options.Seconds)
        {
            FuzzInput parent = corpus[mutator.Next(corpus.Count)];
            var input = new FuzzInput(mutator.Mutate(parent.Bytes, corpus[mutator.Next(corpus.Count)].Bytes), parent.Context);
            if (Try(target, input, map) is { } failure) return Save(target, input, failure, options, output);
            if (map.Learn()) corpus.Add(input);
            runs++;
            if (clock.Elapsed.TotalSeconds - told < 60) continue;
            told = clock.Elapsed.TotalSeconds;
            output.WriteLine(Line(target, runs, corpus.Count, map.Branches, map.Branches - known, told));
        }
        output.WriteLine(Line(target, runs, corpus.Count, map.Branches, map.Branches - known, clock.Elapsed.TotalSeconds));
        return true;
    }

    private static string Line(FuzzTarget target, long runs, int corpus, int branches, int found, double seconds) => string.Create(CultureInfo.InvariantCulture,
        $"{target.Name,-20} {runs,10:N0} runs ({runs / seconds,8:N0}/s)  {target.Seeds.Count,4} seeds  {corpus,6:N0} in the corpus  {branches,6:N0} branches, {found:N0} beyond the seeds");

    private static string? Try(FuzzTarget target, FuzzInput input, CoverageMap map)
    {
        long allocated = GC.GetAllocatedBytesForCurrentThread();
        long started = Stopwatch.GetTimestamp();
        map.Clear();
        try
        {
            target.Run(input);
        }
        catch (Exception failure)
        {
            return failure.ToString();
        }
        allocated = GC.GetAllocatedBytesForCurrentThread() - allocated;
        TimeSpan taken = Stopwatch.GetElapsedTime(started);
        if (allocated > AllocatedMax) return $"allocated {allocated:N0} bytes";
        return taken.TotalSeconds > SlowSeconds ? $"took {taken.TotalSeconds:0.0} s" : null;
    }

    private static bool Save(FuzzTarget target, FuzzInput input, string failure, FuzzOptions options, TextWriter output)
    {
        Directory.CreateDirectory(options.Findings);
        string name = Convert.ToHexStringLower(SHA256.HashData(input.Bytes))[..16];
        string path = Path.Combine(options.Findings, $"{target.Name}-{input.Context}-{name}");
        File.WriteAllBytes(path, input.Bytes);
        output.WriteLine($"{target.Name}: FINDING {failure}");
        output.WriteLine($"replay: eng/fuzz.sh {target.Name} --replay {path}");
        return false;
    }

    private static int Replay(FuzzTarget target, string file, CoverageMap map, TextWriter output)
    {
        // TARGET-CONTEXT-HASH
        string[] parts = Path.GetFileName(file).Split('-');
        int context = parts.Length > 2 && int.TryParse(parts[^2], CultureInfo.InvariantCulture, out int number) ? number : 0;
        string? failure = Try(target, new FuzzInput(File.ReadAllBytes(file), context), map);
        output.WriteLine(failure ?? "nothing found");
        return failure is null ? 0 : 1;
    }
}
