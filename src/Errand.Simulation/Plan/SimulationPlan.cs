namespace Errand.Simulation;

/// <summary>Everything that a seed decides before the first event; what happens later follows from it and from the same seed.</summary>
internal sealed class SimulationPlan
{
    /// <summary>When every simulation begins.</summary>
    public const long StartMilliseconds = 1_800_000_000_000;

    /// <summary>Epochs last a minute.</summary>
    public const long EpochMilliseconds = 60_000;

    private readonly Chance _chance;

    public SimulationPlan(ulong seed, SimulationMix mix)
    {
        Seed = seed;
        Mix = mix;
        _chance = new Chance(seed);
        Verifiers = (int)_chance.Between(5, 8);
        Executors = (int)_chance.Between(2, 4);
        DataAssets = (int)_chance.Between(1, 2);
        Tasks = (int)_chance.Between(1, 2);
        bool lottery = mix.Lottery && (_chance.Percent(25) || mix.Always);
        CommitteeSize = lottery ? (int)_chance.Between(3, Verifiers - 1) : 64;
        Liars = new LiarPlan(this, _chance.Fork());
        Faults = new FaultPlan(this, _chance.Fork());
        Ledger = DrawLedger(_chance.Fork());
        Governance = mix.Liars && _chance.Percent(15) ? StartMilliseconds + _chance.Between(5 * EpochMilliseconds, 12 * EpochMilliseconds) : null;
        InlineResult = _chance.Percent(20);
        WorldChance = _chance.Fork();
    }

    public ulong Seed { get; }

    public SimulationMix Mix { get; }

    public int Verifiers { get; }

    public int Executors { get; }

    public int DataAssets { get; }

    public int Tasks { get; }

    /// <summary>τ.</summary>
    public int CommitteeSize { get; }

    public bool EverybodySits => CommitteeSize >= Verifiers;

    public LiarPlan Liars { get; }

    public FaultPlan Faults { get; }

    public LedgerPlan Ledger { get; }

    /// <summary>When governance withdraws the reference value; null for never.</summary>
    public long? Governance { get; }

    public bool InlineResult { get; }

    /// <summary>What happens in the course of the simulation is drawn from this.</summary>
    public Chance WorldChance { get; }

    /// <summary>When the last task is over at the latest.</summary>
    public long EndMilliseconds => StartMilliseconds + (30 + 3 * Tasks) * EpochMilliseconds;

    public static string VerifierName(int number) => $"verifier {number}";

    public static string ExecutorName(int number) => $"executor {number}";

    public static string DataOwnerName(int number) => $"data owner {number}";

    public const string AppOwnerName = "app owner";

    private LedgerPlan DrawLedger(Chance chance)
    {
        if (!Mix.LyingLedger || (!chance.Percent(20) && !Mix.Always)) return new LedgerPlan();
        long from = StartMilliseconds + chance.Between(2 * EpochMilliseconds, 12 * EpochMilliseconds);
        var victims = new HashSet<string>(StringComparer.Ordinal);
        string[] names = [.. Enumerable.Range(0, Verifiers).Select(VerifierName), .. Enumerable.Range(0, Executors).Select(ExecutorName), AppOwnerName, DataOwnerName(0)];
        for (int i = (int)chance.Between(1, 4); i > 0; i--) victims.Add(chance.Pick(names));
        return new LedgerPlan
        {
            Lie = chance.Pick([LedgerLie.Omit, LedgerLie.Delay, LedgerLie.TwoViews, LedgerLie.RollBack, LedgerLie.ClockJump]),
            FromMilliseconds = from,
            UntilMilliseconds = from + chance.Between(10_000, 4 * EpochMilliseconds),
            JumpMilliseconds = chance.Between(60_000, 3_600_000),
            EntriesTaken = (int)chance.Between(1, 40),
            Hidden = chance.Pick([Protocol.EntryKind.Verdict, Protocol.EntryKind.Govern, Protocol.EntryKind.Ticket, Protocol.EntryKind.Release]),
            Victims = victims,
        };
    }
}
