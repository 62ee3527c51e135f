using Errand.Cryptography;
using Errand.Primitives;
using Errand.Protocol;

namespace Errand.Simulation;

/// <summary>An executor: proves its machine, claims, gives each task it wins an enclave of its own. As its lie says, it does otherwise.</summary>
internal sealed class ExecutorActor(World world, string name, int number) : Participant(world, name)
{
    private readonly Dictionary<(TaskId Task, int Attempt), Enclave> _enclaves = [];
    private readonly Dictionary<(TaskId Task, int Attempt, AssetId Asset), byte[]> _messages = [];
    private readonly Dictionary<TaskId, (byte[] Proof, byte[] Output)> _claims = [];

    /// <summary>Reports of its chip, oldest first; a liar brings them again.</summary>
    private readonly List<byte[]> _reports = [];

    public Bytes32 Chip => Lie == Lie.SharedChip && number > 0 ? new Bytes32(Identity.Of(SimulationPlan.ExecutorName(0)).Digest("chip")) : new(Keys.Digest("chip"));

    private Bytes32 Ek => new(Keys.Digest("ek"));

    private PublicKey Operator => GenesisMaker.Operator(Name).Id;

    /// <summary>Takes a message for its enclave, once the ledger names it.</summary>
    public void TakeRelease(TaskId task, int attempt, AssetId asset, byte[] message)
    {
        _messages[(task, attempt, asset)] = message;
        Act();
    }

    protected override void OnStart()
    {
        _enclaves.Clear();
        _messages.Clear();
        _claims.Clear();
    }

    protected override void Act()
    {
        if (!State.Nodes.TryGetValue(Id, out NodeState? self))
        {
            Publish("register", Registration());
            return;
        }
        if (!self.Proven && State.CheckMayOffer(Id) == RefusalReason.None) Publish("offer", Offer(self));
        foreach (TaskState task in State.OpenTasks.OrderBy(task => task.Position))
        {
            if (task.Phase == TaskPhase.Claiming) Claim(self, task);
            else if (task.Attempt is { } attempt && attempt.Executor == Id) Serve(task, attempt);
            else if (Lie == Lie.Usurp && task.Phase == TaskPhase.Attesting) Usurp(task);
        }
    }

    private RegisterEntry Registration()
    {
        var vouch = new byte[Ed25519.SignatureSize];
        GenesisMaker.Operator(Name).Key.Sign(RegisterEntry.VouchMessage(World.Network, Id, NodeRoles.Executor), vouch);
        return new RegisterEntry
        {
            Roles = NodeRoles.Executor,
            VrfKey = Keys.Vrf.PublicKey,
            VrfPossession = Keys.Prove(RegisterEntry.PossessionInput(World.Network, Id)),
            Operator = Operator,
            Vouch = vouch,
            Endpoint = "https://executor.example",
            Site = "here",
            Jurisdiction = "CH",
            Tee = TeeKind.SevSnp,
        };
    }

    private OfferEntry Offer(NodeState self)
    {
        byte[] report = SimulatedTee.Report(Chip, GenesisMaker.Measurement, debug: false, OfferEntry.PlatformReportData(World.Network, Id, Ek));
        Bytes32 caseId = OfferEntry.CaseId(World.Network, Id, self.Offers + 1);
        Bytes32 nonce = OfferEntry.QuoteNonce(World.Network, Id, self.VrfKey, caseId, report, State.Clock.Randomness.Randomness);
        return new OfferEntry
        {
            Number = self.Offers + 1,
            EkId = Ek,
            ChipId = Chip,
            Platform = SimulatedTee.Quote(Ek, 1, nonce),
            TeeReport = report,
            TeeEndorsements = default(ReadOnlyMemory<byte>),
        };
    }

    private void Claim(NodeState self, TaskState task)
    {
        if (IsHonest && (self.KeyAt(task.SnapshotEpoch) is null || !self.IsActive || State.Clock.Epoch < self.PausedUntilEpoch)) return;
        bool held = task.Tickets.Any(ticket => ticket.Executor == Id);
        if ((held && Lie != Lie.Usurp) || (Lie == Lie.Usurp && number % 2 == 1)) return;
        if (!_claims.TryGetValue(task.Id, out (byte[] Proof, byte[] Output) claim))
        {
            byte[] proof = Keys.Prove(State.ClaimInput(task));
            _claims[task.Id] = claim = (proof, Identity.Output(proof));
        }
        byte[] beta = claim.Output;
        if (IsHonest && task.Tickets.Count(ticket => ticket.Beta.Span.SequenceCompareTo(beta) < 0) >= task.Terms.Committee.Attempts) return;
        long opened = task.PhaseDueMilliseconds - task.Terms.Times.ClaimMilliseconds;
        if (Now >= opened + task.Terms.Times.ClaimMilliseconds * beta[0] / 512) Publish($"claim {task.Id}", new ClaimEntry { Task = task.Id, Proof = claim.Proof });
    }

    private void Serve(TaskState task, AttemptState attempt)
    {
        if (task.Phase is TaskPhase.Serving or TaskPhase.Ended || (Lie == Lie.VanishEarly)) return;
        if (!_enclaves.TryGetValue((task.Id, attempt.Number), out Enclave? enclave))
        {
            // Volatile: after a crash it is gone, and the backup should not wait for the deadline.
            if (task.Phase == TaskPhase.Attesting) Once($"enclave {task.Id} {attempt.Number}", () => Later(Chance.Between(100, 3_000), () => Launch(task, attempt.Number)));
            else Publish($"abandon {task.Id} {attempt.Number}", new AbandonEntry { Task = task.Id, Attempt = attempt.Number });
            return;
        }
        if (task.Phase == TaskPhase.Attesting) Publish($"evidence {task.Id} {attempt.Number}", Evidence(task, enclave));
        else if (Lie == Lie.TwoEnclaves) Once($"second {task.Id} {attempt.Number}", () => Send(Evidence(task, MakeEnclave(task, attempt.Number))));
        foreach ((AssetId asset, Bytes32 digest) in attempt.Releases) LoadKey(enclave, asset, digest);
        if (task.Phase == TaskPhase.Running) Run(task, attempt, enclave);
    }

    private void Launch(TaskState task, int attempt)
    {
        _enclaves[(task.Id, attempt)] = MakeEnclave(task, attempt);
        Act();
    }

    private Enclave MakeEnclave(TaskState task, int attempt)
    {
        Bytes32 measurement = Lie is Lie.WrongMeasurement or Lie.Usurp ? new Bytes32(Keys.Digest("another image")) : GenesisMaker.Measurement;
        Bytes32 chip = Lie == Lie.RelayEvidence ? new Bytes32(Keys.Digest("another chip")) : Chip;
        var enclave = new Enclave(Keys, chip, measurement, Lie == Lie.DebugEnclave, task.Id, attempt, Chance.Bytes(32), SigningKey.FromSeed(Chance.Bytes(32)));
        World.Judges.NoteEnclave(enclave);
        return enclave;
    }

    private EvidenceEntry Evidence(TaskState task, Enclave enclave)
    {
        byte[] report = enclave.Attest(World.Network, Id, task.Seed!.Value);
        if (!_reports.Contains(report)) _reports.Add(report);
        ReadOnlyMemory<byte> hpke = enclave.HpkeKey;
        switch (Lie)
        {
            case Lie.ForgedReport:
                report = [.. report[..^1], (byte)(report[^1] ^ 1)];
                break;
            case Lie.ReplayEvidence:
                report = _reports[0];
                break;
            case Lie.SwapKeys:
                hpke = Keys.Digest("a key outside of any enclave");
                break;
            default:
                break;
        }
        return new EvidenceEntry
        {
            Task = task.Id,
            Attempt = enclave.Attempt,
            Report = report,
            Endorsements = default(ReadOnlyMemory<byte>),
            HpkeKey = hpke,
            ReceiptKey = enclave.ReceiptKey.PublicKey,
            Quote = SimulatedTee.Quote(Ek, Lie == Lie.Rebooted ? 2 : 1, EvidenceEntry.QuoteNonce(report)),
        };
    }

    private void LoadKey(Enclave enclave, AssetId asset, Bytes32 digest)
    {
        if (enclave.Keys.Contains(asset) || !_messages.TryGetValue((enclave.Task, enclave.Attempt, asset), out byte[]? message)) return;
        if (ReleaseEntry.DigestOf(message) != digest) return;
        if (enclave.TryTakeKey(World.Network, State.Assets[asset].Owner, asset, message)) World.Judges.NoteKey(enclave, asset);
    }

    private void Run(TaskState task, AttemptState attempt, Enclave enclave)
    {
        if (Lie == Lie.VanishLate || !task.Submit.AllAssets.All(enclave.Keys.Contains)) return;
        enclave.DoneMilliseconds ??= World.Events.Now + Chance.Between(200, 20_000);
        if (World.Events.Now < enclave.DoneMilliseconds) return;
        SigningKey signer = Lie == Lie.ForgedReceipt ? Keys.Key : enclave.ReceiptKey;
        Publish($"receipt {task.Id} {attempt.Number}", SimulatedResult.Receipt(World.Network, enclave, attempt.EvidenceDigest, signer, World.Plan.InlineResult));
    }

    // Another was drawn: what this one brings must not count.
    private void Usurp(TaskState task)
    {
        int attempt = task.Attempt!.Number;
        if (!_enclaves.TryGetValue((task.Id, attempt), out Enclave? enclave)) _enclaves[(task.Id, attempt)] = enclave = MakeEnclave(task, attempt);
        Once($"usurp {task.Id} {attempt}", () =>
        {
            Send(Evidence(task, enclave));
            Send(new ClaimEntry { Task = task.Id, Proof = Keys.Prove(State.ClaimInput(task)) });
        });
    }
}
