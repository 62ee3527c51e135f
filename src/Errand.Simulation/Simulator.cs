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
        world.Run();
        return SimulationReport.Of(world);
    }
}
