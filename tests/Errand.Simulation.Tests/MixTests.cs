namespace Errand.Simulation.Tests;

public sealed class MixTests
{
    public static TheoryData<string> Names => [.. SimulationMix.All.Select(mix => mix.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_mix_holds_for_five_seeds(string name)
    {
        for (ulong seed = 1; seed <= 5; seed++)
        {
            SimulationReport report = Simulator.Run(seed, SimulationMix.Find(name)!);
            Assert.True(report.Findings.Count == 0, $"{report.Replay}: {string.Join("; ", report.Findings)}");
        }
    }

    [Fact]
    public void A_name_that_is_none_finds_none() => Assert.Null(SimulationMix.Find("nothing"));
}
