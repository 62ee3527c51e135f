namespace Errand.Simulation;

/// <summary>What a simulation may hold: which faults, which liars.</summary>
public sealed record SimulationMix
{
    private SimulationMix(string name) => Name = name;

    /// <summary>Its name on the command line.</summary>
    public string Name { get; }

    /// <summary>Messages are lost, delayed, doubled and cut off; participants crash; clocks differ.</summary>
    public bool Faults { get; private init; }

    /// <summary>Verifiers, executors, owners and requesters lie.</summary>
    public bool Liars { get; private init; }

    /// <summary>The ledger's operator lies.</summary>
    public bool LyingLedger { get; private init; }

    /// <summary>Committees are smaller than the network, so that seats are drawn.</summary>
    public bool Lottery { get; private init; }

    /// <summary>What a mix is named after is there in every network, not in some.</summary>
    public bool Always { get; private init; }

    /// <summary>An honest network without faults.</summary>
    public static SimulationMix Calm { get; } = new("calm");

    /// <summary>Faults alone.</summary>
    public static SimulationMix OnlyFaults { get; } = new("faults") { Faults = true };

    /// <summary>Liars alone.</summary>
    public static SimulationMix OnlyLiars { get; } = new("liars") { Liars = true };

    /// <summary>A ledger that lies, and liars.</summary>
    public static SimulationMix Ledgers { get; } = new("ledger") { Liars = true, LyingLedger = true, Always = true };

    /// <summary>Committees smaller than the network, and liars.</summary>
    public static SimulationMix Lotteries { get; } = new("lottery") { Liars = true, Lottery = true, Always = true };

    /// <summary>Everything, each drawn by the seed.</summary>
    public static SimulationMix Default { get; } = new("default") { Faults = true, Liars = true, LyingLedger = true, Lottery = true };

    /// <summary>All mixes.</summary>
    public static IReadOnlyList<SimulationMix> All { get; } = [Default, Calm, OnlyFaults, OnlyLiars, Ledgers, Lotteries];

    /// <summary>The mix of a name, or null.</summary>
    public static SimulationMix? Find(string name) => All.FirstOrDefault(mix => mix.Name == name);

    /// <inheritdoc/>
    public override string ToString() => Name;
}
