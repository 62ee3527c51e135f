using Errand.Protocol;
using Errand.Primitives;

namespace Errand.Simulation;

/// <summary>A whole network of one seed: participants, ledger, wire, judges and time. One thread.</summary>
internal sealed class World
{
    private readonly List<Participant> _participants = [];

    public World(SimulationPlan plan)
    {
        Plan = plan;
        Events = new EventQueue(SimulationPlan.StartMilliseconds);
        Chance = plan.WorldChance;
        Genesis = GenesisMaker.Make(plan);
        Network = Genesis.NetworkId();
        Ledger = new SimulatedLedger(this);
        Wire = new Wire(this, Chance.Fork());
        Judges = new JudgeBench(this);
        for (int i = 0; i < plan.Verifiers; i++) _participants.Add(new VerifierActor(this, SimulationPlan.VerifierName(i), i));
        for (int i = 0; i < plan.Executors; i++) _participants.Add(new ExecutorActor(this, SimulationPlan.ExecutorName(i), i));
        AppOwner = new OwnerActor(this, SimulationPlan.AppOwnerName, AssetKind.App);
        DataOwners = [.. Enumerable.Range(0, plan.DataAssets).Select(i => new OwnerActor(this, SimulationPlan.DataOwnerName(i), AssetKind.Data))];
        _participants.Add(AppOwner);
        _participants.AddRange(DataOwners);
        Requester = new RequesterActor(this);
        _participants.Add(Requester);
        if (plan.Governance is not null) _participants.Add(new GovernanceActor(this));
    }

    public SimulationPlan Plan { get; }

    public EventQueue Events { get; }

    public Chance Chance { get; }

    public Genesis Genesis { get; }

    public NetworkId Network { get; }

    public SimulatedLedger Ledger { get; }

    public Wire Wire { get; }

    public JudgeBench Judges { get; }

    public IReadOnlyList<Participant> Participants => _participants;

    public OwnerActor AppOwner { get; }

    public IReadOnlyList<OwnerActor> DataOwners { get; }

    public RequesterActor Requester { get; }

    /// <summary>Runs to the end; judges then have what they found.</summary>
    public void Run()
    {
        foreach (Participant participant in _participants)
        {
            participant.Start();
            participant.Look();
        }
        if (Plan.Ledger.Lie is LedgerLie.TwoViews or LedgerLie.RollBack) Events.At(Plan.Ledger.FromMilliseconds, Ledger.Split);
        while (!Requester.IsDone && Events.Step(Plan.EndMilliseconds)) { }
        // Everybody sees the end, so that all can be compared.
        foreach (Participant participant in _participants) participant.ReadToEnd();
        Judges.Close();
    }

    /// <summary>Tells everybody that the ledger has grown.</summary>
    public void Announce()
    {
        foreach (Participant participant in _participants) Wire.Send(Errand.Simulation.Wire.Ledger, participant.Name, participant.Pull);
    }

    /// <summary>The executor with a key, or null.</summary>
    public ExecutorActor? ExecutorOf(PublicKey id) => _participants.OfType<ExecutorActor>().FirstOrDefault(executor => executor.Id == id);

    /// <summary>The participant with a key, or null.</summary>
    public Participant? Find(PublicKey id) => _participants.FirstOrDefault(participant => participant.Id == id);
}
