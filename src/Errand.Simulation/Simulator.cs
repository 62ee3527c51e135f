namespace Errand.Simulation;

/// <summary>Runs whole networks, each from one seed, and says what its judges found.</summary>
public static class Simulator
{
    /// <summary>Runs the network of a seed. The same seed and mix give the same run on every machine.</summary>
    public static SimulationReport Run(ulong seed, SimulationMix mix)
    {
        ArgumentNullException.ThrowIfNull(mix);
        var plan = new SimulationPlan(seed, mix);
        var world = new World(plan);
        try
        {
            world.Run();
        }
#pragma warning disable CA1031 // Whatever the code under test throws is a finding, with the seed that leads to it.
        catch (Exception fault)
#pragma warning restore CA1031
        {
            world.Judges.Report("defect", $"{fault.GetType().Name}: {fault.Message} {fault.StackTrace?.Split('\n')[0].Trim()}");
        }
        return SimulationReport.Of(world);
    }
}
