using System.Globalization;

namespace Errand.Fuzz;

/// <summary>What a run does. <see cref="Replay"/> runs one file against one target and nothing else.</summary>
internal sealed record FuzzOptions(string[] Targets, double Seconds, ulong Seed, string Findings, string Vectors, string? Replay)
{
    private const string Usage =
        """
        usage: Errand.Fuzz [TARGET…] [--seconds N] [--seed N] [--findings DIR] [--vectors DIR] [--replay FILE]
        Fuzzes each target (all unless named) for N seconds, 10 unless told; --replay runs one saved input against the one target named.
        Exit code 0: nothing found. 1: a finding was saved, and the command that replays it printed. 2: the command line is wrong.
        """;

    public static FuzzOptions? Parse(string[] arguments, TextWriter errors)
    {
        var targets = new List<string>();
        string? seconds = null, seed = null, findings = null, vectors = null, replay = null;
        for (int index = 0; index < arguments.Length; index++)
        {
            string? value = index + 1 < arguments.Length ? arguments[index + 1] : null;
            switch (arguments[index])
            {
                case "--seconds": seconds = value; index++; break;
                case "--seed": seed = value; index++; break;
                case "--findings": findings = value; index++; break;
                case "--vectors": vectors = value; index++; break;
                case "--replay": replay = value; index++; break;
                case var name when !name.StartsWith('-'): targets.Add(name); break;
                default: errors.WriteLine(Usage); return null;
            }
        }
        if (!double.TryParse(seconds ?? "10", CultureInfo.InvariantCulture, out double time) || time <= 0 || !ulong.TryParse(seed ?? Now(), CultureInfo.InvariantCulture, out ulong number)
            || (replay is not null && targets.Count != 1))
        {
            errors.WriteLine(Usage);
            return null;
        }
        return new FuzzOptions([.. targets], time, number, findings ?? "artifacts/fuzz", vectors ?? Environment.GetEnvironmentVariable("ERRAND_VECTORS") ?? "../shared/vectors", replay);
    }

    private static string Now() => DateTime.UtcNow.Ticks.ToString(CultureInfo.InvariantCulture);
}
