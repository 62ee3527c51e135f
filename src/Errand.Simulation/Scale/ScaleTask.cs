using System.Collections.Concurrent;
using Errand.Cryptography;
using Errand.Primitives;
using Errand.Protocol;

namespace Errand.Simulation;

/// <summary>
/// One task on a large network, from Submit to receipt, with two owners and two executors. Every verifier looks for its seat with its own key; all who
/// have one vote, since their verdicts cross on the wire.
/// </summary>
internal sealed class ScaleTask
{
    /// <summary>What an entry takes to everybody: a second.</summary>
    public const long DelayMilliseconds = 1_000;

    // Sizes of real evidence: an SEV-SNP report, its certificates, a TPM quote with its event log.
    private const int ReportSize = 1_184, EndorsementsSize = 4_500, QuoteSize = 4_000, HpkeKeySize = 1_220;
    private const string AppOwner = "app owner", DataOwner = "data owner", Requester = "requester";

    private readonly ScaleNetwork _network;
    private readonly ScaleMeter _meter;
    private readonly int _number;
    private readonly int _threads;
    private readonly CancellationToken _cancellation;
    private TaskState _task = null!;

    public ScaleTask(ScaleNetwork network, int number, int threads, CancellationToken cancellation, List<IReadOnlyList<byte[]>>? steps = null)
    {
        _network = network;
        _meter = new ScaleMeter(network) { Steps = steps };
        _number = number;
        _threads = threads;
        _cancellation = cancellation;
    }

    private NetworkState State => _network.State;

    public ScaleMeter Run(out long milliseconds)
    {
        AssetId app = Publish(AppOwner, AssetKind.App), data = Publish(DataOwner, AssetKind.Data);
        Submit(app, data);
        long submitted = _network.Now;
        _meter.Step(Accept(AppOwner, app), Accept(DataOwner, data));
        while (_task.Phase == TaskPhase.Drawing) NextEpoch();
        _meter.Step([.. Enumerable.Range(0, ScaleGenesis.Executors).Select(Claim)]);
        // The tick that ends the window costs the task an entry; ticks of epochs serve everybody.
        Require(TaskPhase.Claiming);
        _network.Now = Math.Max(_network.Now, _task.PhaseDueMilliseconds);
        _meter.Step(Sign("ticker", 0, new TickEntry()));
        using SigningKey receiptKey = ScaleKeys.Signing("receipt", _number);
        _meter.Step(Evidence(receiptKey));
        while (_task.Phase == TaskPhase.Verifying) Verify();
        _meter.Step(Release(AppOwner, app));
        _meter.Step(Release(DataOwner, data));
        _meter.Step(Receipt(receiptKey));
        Require(TaskPhase.Ended);
        if (_task.Outcome != TaskOutcome.Completed) throw new InvalidOperationException($"The task ended as {_task.Outcome}: {_task.Reason}.");
        milliseconds = _network.Now - submitted;
        return _meter;
    }

    private AssetId Publish(string owner, AssetKind kind)
    {
        var content = new ContentId(ScaleKeys.Id(owner, "content", _number));
        using VrfKey vrf = ScaleKeys.Vrf(owner, _number);
        _network.Fold(_network.Prepare(owner, _number, _network.NextSequence, new AssetEntry
        {
            Content = content,
            AssetKind = kind,
            SizeBytes = 1_000,
            VrfKey = vrf.PublicKey,
            Sites = ["here"],
            Custody = CustodyRule.Any,
            Budget = AssetBudget.OfAccepts(1_000),
            PolicyDigest = default,
        }));
        return AssetId.Of(ScaleGenesis.IdOf(owner, _number), content);
    }

    private void Submit(AssetId app, AssetId data)
    {
        var submit = new SubmitEntry
        {
            App = app,
            Data = [new TaskData(data, "data")],
            Arguments = [],
            Recipients = [new ReadOnlyMemory<byte>(Filler("recipient", HpkeKeySize))],
            Limits = new TaskLimits(1_000, 1 << 16, 1 << 10, 0, 1 << 10),
            DeadlineMilliseconds = _network.Now + 20 * SimulationPlan.EpochMilliseconds,
            Tee = TeeKind.SevSnp,
        };
        ulong sequence = _network.NextSequence;
        _meter.Step(Sign(Requester, _number, submit));
        _task = State.Tasks[TaskId.Of(_network.Network, ScaleGenesis.IdOf(Requester, _number), EntrySigner.Payload(sequence, submit))];
    }

    // One verifier's ticket makes an epoch strong; what tickets cost is the epoch's and not a task's.
    private void NextEpoch()
    {
        if (State.Clock.LowestTicket is null)
        {
            using VrfKey vrf = ScaleKeys.Vrf(ScaleGenesis.Verifier, 0);
            byte[] proof = ScaleKeys.Prove(vrf, TicketEntry.Input(_network.Network, State.Clock.Epoch, State.Clock.Randomness.Randomness));
            _network.Fold(_network.Prepare(ScaleGenesis.Verifier, 0, _network.NextSequence, new TicketEntry { Epoch = State.Clock.Epoch, Proof = proof }));
        }
        _network.AdvanceTo(State.NextDueMilliseconds);
    }

    private byte[] Accept(string owner, AssetId asset)
    {
        using VrfKey vrf = ScaleKeys.Vrf(owner, _number);
        return Sign(owner, _number, new AcceptEntry { Task = _task.Id, Asset = asset, VrfKey = vrf.PublicKey, Proof = ScaleKeys.Prove(vrf, AcceptEntry.Input(_network.Network, _task.Id)) });
    }

    private byte[] Claim(int executor)
    {
        using VrfKey vrf = ScaleKeys.Vrf(ScaleGenesis.Executor, executor);
        return Sign(ScaleGenesis.Executor, executor, new ClaimEntry { Task = _task.Id, Proof = ScaleKeys.Prove(vrf, State.ClaimInput(_task)) });
    }

    private int Winner => Enumerable.Range(0, ScaleGenesis.Executors).First(number => ScaleGenesis.IdOf(ScaleGenesis.Executor, number) == _task.Attempt!.Executor);

    private byte[] Evidence(SigningKey receiptKey) => Sign(ScaleGenesis.Executor, Winner, new EvidenceEntry
    {
        Task = _task.Id,
        Attempt = _task.Attempt!.Number,
        Report = Filler("report", ReportSize),
        Endorsements = Filler("endorsements", EndorsementsSize),
        HpkeKey = Filler("hpke", HpkeKeySize),
        ReceiptKey = receiptKey.PublicKey,
        Quote = Filler("quote", QuoteSize),
    });

    // A round whose draw gave too few seats passes, and the next is drawn.
    private void Verify()
    {
        AttemptState attempt = _task.Attempt!;
        int round = attempt.Rounds.Count;
        byte[] input = Lottery.Input(_network.Network, CommitteeRole.Task, _task.Id.Value, _task.Seed!.Value, attempt.Number, round);
        byte[][] verdicts = [.. FindSeats(input).OrderBy(seat => seat.Number).Select(seat => Verdict(seat.Number, seat.Proof, attempt, round))];
        _meter.Step(verdicts);
        if (_task.Phase != TaskPhase.Verifying) return;
        _network.Now = Math.Max(_network.Now, _task.PhaseDueMilliseconds);
        _meter.Step(Sign("ticker", 0, new TickEntry()));
    }

    private ConcurrentBag<(int Number, byte[] Proof)> FindSeats(byte[] input)
    {
        var seats = new ConcurrentBag<(int, byte[])>();
        Parallel.For(0, _network.Verifiers, new ParallelOptions { MaxDegreeOfParallelism = _threads, CancellationToken = _cancellation }, number =>
        {
            using VrfKey vrf = ScaleKeys.Vrf(ScaleGenesis.Verifier, number);
            byte[] proof = ScaleKeys.Prove(vrf, input);
            if (Lottery.HasSeat(Identity.Output(proof), _task.Weight, _task.Terms.Committee.Size)) seats.Add((number, proof));
        });
        return seats;
    }

    private byte[] Verdict(int number, byte[] proof, AttemptState attempt, int round) => Sign(ScaleGenesis.Verifier, number, new VerdictEntry
    {
        Role = CommitteeRole.Task,
        CaseId = _task.Id.Value,
        Attempt = attempt.Number,
        Round = round,
        Proof = proof,
        EvidenceDigest = attempt.EvidenceDigest,
        Root = attempt.EvidenceRoot,
        Accept = true,
        Reasons = [],
        AppraisalDigest = attempt.EvidenceDigest,
    });

    private byte[] Release(string owner, AssetId asset) => Sign(owner, _number, new ReleaseEntry
    {
        Task = _task.Id,
        Attempt = _task.Attempt!.Number,
        Asset = asset,
        SealedKeyDigest = ScaleKeys.Id(owner, "release", _number),
    });

    private byte[] Receipt(SigningKey receiptKey)
    {
        var enclave = new Enclave(Identity.Of("scale"), default, default, debug: false, _task.Id, _task.Attempt!.Number, [], receiptKey);
        return Sign(ScaleGenesis.Executor, Winner, SimulatedResult.Receipt(_network.Network, enclave, _task.Attempt.EvidenceDigest, receiptKey, inline: true));
    }

    private byte[] Sign(string role, int number, EntryBody body)
    {
        using SigningKey key = ScaleKeys.Signing(role, number);
        return EntrySigner.Sign(_network.Network, key, _network.NextSequence, body).Encoded.ToArray();
    }

    private byte[] Filler(string purpose, int size)
    {
        var bytes = new byte[size];
        new Chance((ulong)_number + (ulong)size).Bytes(size).CopyTo(bytes, 0);
        ScaleKeys.Digest("filler", purpose, _number).CopyTo(bytes, 0);
        return bytes;
    }

    private void Require(TaskPhase phase)
    {
        if (_task.Phase != phase) throw new InvalidOperationException($"The task is in phase {_task.Phase}, not {phase}.");
    }
}
