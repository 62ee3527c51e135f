using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;

namespace Errand.Simulation.Tests;

/// <summary>Two hundred networks of the default mix, whose seeds are fresh in each run and printed.</summary>
public sealed class FreshSeedTests(ITestOutputHelper output)
{
    private const string SeedVariable = "ERRAND_SIMULATION_SEED";
    private const int Networks = 200;

    [Fact]
    public void Two_hundred_fresh_networks_hold()
    {
        ulong from = Environment.GetEnvironmentVariable(SeedVariable) is { Length: > 0 } set
            ? ulong.Parse(set, NumberStyles.None, CultureInfo.InvariantCulture)
            : (ulong)RandomNumberGenerator.GetInt32(1, int.MaxValue);
        output.WriteLine($"seeds {from} to {from + Networks - 1}; again with {SeedVariable}={from}");
        var failures = new ConcurrentBag<string>();
        Parallel.For(0, Networks, new ParallelOptions { CancellationToken = TestContext.Current.CancellationToken }, index =>
        {
            SimulationReport report = Simulator.Run(from + (ulong)index, SimulationMix.Default);
            if (report.Findings.Count > 0) failures.Add($"seed {report.Seed}: {report.Findings[0]}; replay with: {report.Replay}");
        });
        Assert.True(failures.IsEmpty, string.Join(Environment.NewLine, failures));
    }
}
