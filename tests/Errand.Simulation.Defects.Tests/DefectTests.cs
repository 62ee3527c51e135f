using System.Globalization;

namespace Errand.Simulation.Defects.Tests;

/// <summary>The judges can fail: each defect, planted in the fold or in a participant, is found.</summary>
public sealed class DefectTests
{
    private const ulong SeedsMax = 500;
    private const string TableVariable = "ERRAND_DEFECT_TABLE";
    private const string FromVariable = "ERRAND_DEFECT_FROM";
    private const int CountedSeeds = 10;

    public static TheoryData<string> Ids => [.. PlantedList.All.Select(defect => defect.Id)];

    [Theory]
    [MemberData(nameof(Ids))]
    public void Planted_defect_is_found_within_500_seeds(string id) => Assert.InRange(FirstSeed(id), 1ul, SeedsMax);

    [Fact]
    public void There_are_enough_defects_and_each_is_there_once()
    {
        Assert.True(PlantedList.All.Length >= 25);
        Assert.Equal(PlantedList.All.Length, PlantedList.All.Select(defect => defect.Id).Distinct(StringComparer.Ordinal).Count());
    }

    [Fact]
    public void Without_a_planted_defect_nothing_is_found()
    {
        for (ulong seed = 1; seed <= CountedSeeds; seed++) Assert.Empty(Run(id: null, seed, SimulationMix.Default).Findings);
    }

    /// <summary>Writes the table of docs/simulation.md to the file that the variable names; from a defect on, to share the work.</summary>
    [Fact(Explicit = true)]
    public void Write_the_table()
    {
        string file = Environment.GetEnvironmentVariable(TableVariable) ?? throw new InvalidOperationException($"{TableVariable} names no file.");
        using var table = new StreamWriter(file);
        table.WriteLine($"| defect | mix | what is wrong | first seed | of {CountedSeeds} seeds | found as |");
        table.WriteLine("| --- | --- | --- | --- | --- | --- |");
        int first = Environment.GetEnvironmentVariable(FromVariable) is { Length: > 0 } number ? int.Parse(number, CultureInfo.InvariantCulture) : 0;
        foreach ((string id, string mixName, string what) in PlantedList.All.Skip(first))
        {
            SimulationMix mix = SimulationMix.Find(mixName)!;
            SimulationReport[] found = [.. Enumerable.Range(1, CountedSeeds).Select(counted => Run(id, (ulong)counted, mix)).Where(report => report.Findings.Count > 0)];
            ulong seed = found.Length > 0 ? found[0].Seed : FirstSeed(id);
            string judge = seed == 0 ? "" : Run(id, seed, mix).Findings[0].Judge;
            table.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| `{id}` | {mixName} | {what} | {(seed == 0 ? "none" : seed)} | {found.Length} | {judge} |"));
            table.Flush();
        }
    }

    private static ulong FirstSeed(string id)
    {
        SimulationMix mix = SimulationMix.Find(PlantedList.All.First(defect => defect.Id == id).Mix)!;
        for (ulong seed = 1; seed <= SeedsMax; seed++)
            if (Run(id, seed, mix).Findings.Count > 0) return seed;
        return 0;
    }

    private static SimulationReport Run(string? id, ulong seed, SimulationMix mix)
    {
        Planted.Choose(id);
        try
        {
            return Simulator.Run(seed, mix);
        }
        finally
        {
            Planted.Choose(null);
        }
    }
}
