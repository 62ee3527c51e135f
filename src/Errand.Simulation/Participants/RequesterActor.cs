using Errand.Cryptography;
using Errand.Primitives;
using Errand.Protocol;

namespace Errand.Simulation;

/// <summary>A requester: submits the planned tasks and waits for their end. As its lie says, it submits more, or registers nodes of its own.</summary>
internal sealed class RequesterActor : Participant
{
    private const int ResubmitsMax = 4;
    private const long AfterMilliseconds = 40_000;

    private readonly long[] _due;
    private readonly List<(TaskId Id, ReadOnlyMemory<byte> Bytes)> _tasks = [];
    private long? _doneMilliseconds;
    private int _resubmits;

    public RequesterActor(World world)
        : base(world, "requester")
    {
        _due = [.. Enumerable.Range(0, world.Plan.Tasks).Select(_ => SimulationPlan.StartMilliseconds + Chance.Between(3 * SimulationPlan.EpochMilliseconds, 8 * SimulationPlan.EpochMilliseconds)).Order()];
    }

    /// <summary>True a while after all tasks have ended.</summary>
    public bool IsDone => _doneMilliseconds is { } done && World.Events.Now >= done + AfterMilliseconds;

    /// <summary>The tasks that it has submitted as planned.</summary>
    public IReadOnlyList<TaskId> Tasks => [.. _tasks.Take(World.Plan.Tasks).Select(task => task.Id)];

    /// <summary>How long a task is given.</summary>
    public static long DeadlineMilliseconds => 20 * SimulationPlan.EpochMilliseconds;

    protected override void Act()
    {
        if (World.Plan.Liars.Requester == Lie.Sybil) ActSybil();
        if (!State.Assets.ContainsKey(World.AppOwner.Asset) || !World.DataOwners.All(owner => State.Assets.ContainsKey(owner.Asset))) return;
        if (_tasks.Count < _due.Length && Now >= _due[_tasks.Count]) Prepare();
        else if (World.Plan.Liars.Requester == Lie.Resubmit && _tasks.Count >= _due.Length && _resubmits < ResubmitsMax) Once($"resubmit {_resubmits++}", Prepare);
        foreach ((TaskId id, ReadOnlyMemory<byte> bytes) in _tasks)
            if (!State.Tasks.ContainsKey(id)) Try($"submit {id}", () => SendBytes(bytes));
        if (_tasks.Count >= _due.Length && _tasks.All(task => State.Tasks.TryGetValue(task.Id, out TaskState? known) && known.Phase == TaskPhase.Ended)) _doneMilliseconds ??= World.Events.Now;
    }

    // A key for each task: the same bytes are sent until they are in, whatever comes between.
    private void Prepare()
    {
        Identity key = Identity.Of($"requester of task {_tasks.Count}");
        var submit = new SubmitEntry
        {
            App = World.AppOwner.Asset,
            Data = [.. World.DataOwners.Select((owner, i) => new TaskData(owner.Asset, $"data{i}"))],
            Arguments = [],
            Recipients = [new ReadOnlyMemory<byte>(key.Digest("recipient"))],
            Limits = new TaskLimits(1_000, 1 << 16, 1 << 10, 0, 1 << 10),
            DeadlineMilliseconds = Now + DeadlineMilliseconds,
            Tee = TeeKind.SevSnp,
        };
        byte[] payload = EntrySigner.Payload(1, submit);
        ReadOnlyMemory<byte> bytes = EntrySigner.Sign(World.Network, key.Key, 1, submit).Encoded;
        _tasks.Add((TaskId.Of(World.Network, key.Id, payload), bytes));
        SendBytes(bytes);
    }

    // Verifiers under operators that nobody knows, and under one that has its verifier already.
    private void ActSybil()
    {
        for (int i = 0; i < 3; i++)
        {
            Identity node = Identity.Of($"sybil {i}");
            Identity vouching = i == 0 ? GenesisMaker.Operator(SimulationPlan.VerifierName(0)) : Identity.Of($"sybil operator {i}");
            Once($"sybil {i}", () =>
            {
                var vouch = new byte[Ed25519.SignatureSize];
                vouching.Key.Sign(RegisterEntry.VouchMessage(World.Network, node.Id, NodeRoles.Verifier), vouch);
                SendBytes(EntrySigner.Sign(World.Network, node.Key, 1, new RegisterEntry
                {
                    Roles = NodeRoles.Verifier,
                    VrfKey = node.Vrf.PublicKey,
                    VrfPossession = node.Prove(RegisterEntry.PossessionInput(World.Network, node.Id)),
                    Operator = vouching.Id,
                    Vouch = vouch,
                    Endpoint = "https://sybil.example",
                    Site = "here",
                    Jurisdiction = "CH",
                    Tee = TeeKind.None,
                }).Encoded);
            });
        }
    }
}
