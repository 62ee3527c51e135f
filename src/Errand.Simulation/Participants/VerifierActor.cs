using System.Collections.Immutable;
using Errand.Primitives;
using Errand.Protocol;

namespace Errand.Simulation;

/// <summary>A verifier: lets deadlines fire, brings tickets, appraises and votes. As its lie says, it does otherwise.</summary>
internal sealed partial class VerifierActor(World world, string name, int turn) : Participant(world, name)
{
    private const long TickStepMilliseconds = 500;

    private readonly Dictionary<string, VerdictEntry?> _verdicts = new(StringComparer.Ordinal);
    private long _ticketEpoch = -1;
    private byte[] _ticket = [];
    private byte[] _ticketOutput = [];
    private long _ticketDue;

    private PublicKey Operator => GenesisMaker.Operator(Name).Id;

    protected override void OnStart()
    {
        _verdicts.Clear();
        _seen.Clear();
        _suspicions.Clear();
        _accusations.Clear();
        _ticketEpoch = -1;
    }

    protected override void Act()
    {
        if (Lie == Lie.Sleep) return;
        Tick();
        BringTicket();
        foreach (TrustCase trustCase in State.TrustCases.Values.OrderBy(trust => trust.OfferPosition)) JudgeOffer(trustCase);
        foreach (TaskState task in State.OpenTasks.OrderBy(task => task.Position)) JudgeEvidence(task);
        foreach (FaultCase fault in State.Faults.Values.OrderBy(fault => fault.Position)) JudgeFault(fault);
        if (IsHonest) Accuse();
        else if (Lie == Lie.FalseAccuser) AccuseFalsely();
        if (State.Nodes[Id].IsBanned) ComeBack();
    }

    private void Tick()
    {
        long due = State.NextDueMilliseconds;
        long count = World.Plan.Verifiers;
        long wait = (turn + due / SimulationPlan.EpochMilliseconds) % count * TickStepMilliseconds + World.Plan.Faults.LateTickMilliseconds;
        if (Now >= due + wait) Publish("tick", new TickEntry());
    }

    private void BringTicket()
    {
        long epoch = State.Clock.Epoch;
        if (_ticketEpoch != epoch)
        {
            _ticketEpoch = epoch;
            _ticket = Keys.Prove(TicketEntry.Input(World.Network, epoch, State.Clock.Randomness.Randomness));
            _ticketOutput = Identity.Output(_ticket);
            _ticketDue = SimulationPlan.StartMilliseconds + epoch * SimulationPlan.EpochMilliseconds + Lottery.TicketDelay(_ticketOutput, Math.Max(1, State.Clock.Weight), SimulationPlan.EpochMilliseconds);
            if (Lie == Lie.GrindTicket) Once($"other ticket {epoch}", () => Send(new TicketEntry { Epoch = epoch, Proof = Keys.Prove(TicketEntry.Input(World.Network, epoch + 1, State.Clock.Randomness.Randomness)) }));
        }
        if ((Lie == Lie.GrindTicket && epoch % 2 == 0) || World.Plan.Liars.IsBeaconSilent(epoch)) return;
        if (Now < _ticketDue || State.Clock.LowestTicket is { } lowest && lowest.Span.SequenceCompareTo(_ticketOutput) <= 0) return;
        Publish("ticket", new TicketEntry { Epoch = epoch, Proof = _ticket });
    }

    private void JudgeOffer(TrustCase trustCase)
    {
        if (trustCase.Current is not { } ballot || State.Nodes[trustCase.Node].Operator == Operator) return;
        if (Follower.Book.Offer(trustCase.Id) is not { } subject || !MayVote(trustCase.SnapshotEpoch)) return;
        if (IsHonest && ballot.Votes.ContainsKey(Id)) return;
        IReadOnlyList<ulong> reasons = Appraisal.OfOffer(subject);
        Vote(CommitteeRole.ProofOfTrust, trustCase.Id, trustCase.Randomness!.Value, 1, ballot, trustCase.EvidenceDigest, trustCase.EvidenceRoot,
            trustCase.Weight, trustCase.Terms.Committee.Size, reasons);
    }

    private void JudgeEvidence(TaskState task)
    {
        if (task.Phase != TaskPhase.Verifying || task.Attempt is not { Current: { } ballot } attempt) return;
        if (Follower.Book.Evidence(task.Id, attempt.Number) is not { } subject || !MayVote(task.SnapshotEpoch)) return;
        if (IsHonest && ballot.Votes.ContainsKey(Id)) return;
        IReadOnlyList<ulong> reasons = Appraisal.OfEnclave(subject, subject.Terms);
        Vote(CommitteeRole.Task, task.Id.Value, task.Seed!.Value, attempt.Number, ballot, attempt.EvidenceDigest, attempt.EvidenceRoot,
            task.Weight, task.Terms.Committee.Size, reasons);
    }

    private bool MayVote(long snapshot) => State.Nodes[Id] is { IsActive: true } self && self.KeyAt(snapshot) == Keys.Vrf.PublicKey;

    private void Vote(CommitteeRole role, Bytes32 caseId, Bytes32 randomness, int attempt, Ballot ballot, Bytes32 evidence, StateRoot root, long weight, int size, IReadOnlyList<ulong> reasons)
    {
        string duty = $"vote {role} {caseId} {attempt} {ballot.Round}";
        if (ballot.Result != BallotResult.Open && IsHonest) return;
        bool? accept = Lie switch
        {
            Lie.AcceptAll => true,
            // Who is in it together does not uphold what one of them is accused of.
            Lie.Collude => role != CommitteeRole.Fault,
            Lie.RejectAll => false,
            Lie.Copy => ballot.Votes.Count > 0 ? ballot.Votes.Values.First() : null,
            Lie.FalseAccuser => role == CommitteeRole.Fault || reasons.Count == 0,
            _ => reasons.Count == 0,
        };
        if (accept is not { } vote) return;
        if (!_verdicts.TryGetValue(duty, out VerdictEntry? verdict))
        {
            byte[] proof = Keys.Prove(Lottery.Input(World.Network, role, caseId, randomness, attempt, ballot.Round));
            verdict = Lottery.HasSeat(Identity.Output(proof), weight, size) || Lie is Lie.Collude or Lie.WrongVote ? Draft(role, caseId, attempt, ballot.Round, proof, evidence, root, vote, reasons) : null;
            _verdicts[duty] = verdict;
        }
        if (verdict is null) return;
        if (Lie == Lie.WrongVote) Once(duty + " late", () => Later(SimulationPlan.EpochMilliseconds + 5_000, () => Send(verdict)));
        if (!ballot.Votes.ContainsKey(Id)) Publish(duty, Lie == Lie.WrongVote ? Twist(verdict, randomness) : verdict);
        else if (Lie is Lie.VoteTwice or Lie.Collude) Once(duty + " again", () => Send(Lie == Lie.Collude ? verdict : Opposite(verdict)));
    }

    private VerdictEntry Draft(CommitteeRole role, Bytes32 caseId, int attempt, int round, byte[] proof, Bytes32 evidence, StateRoot root, bool accept, IReadOnlyList<ulong> reasons) => new()
    {
        Role = role,
        CaseId = caseId,
        Attempt = attempt,
        Round = round,
        Proof = proof,
        EvidenceDigest = evidence,
        Root = root,
        Accept = accept,
        Reasons = accept ? [] : reasons.Count > 0 ? [.. reasons] : [1],
        AppraisalDigest = VerdictEntry.AppraisalDigestOf(Lie == Lie.CopyDigest ? Id : Operator, Identity.Output(proof), evidence.ToArray()),
    };

    private static VerdictEntry Opposite(VerdictEntry verdict) => verdict with { Accept = !verdict.Accept, Reasons = verdict.Accept ? [1] : ImmutableArray<ulong>.Empty };

    // In turn: the proof of another round, another state, another evidence, somebody else's proof.
    private VerdictEntry Twist(VerdictEntry verdict, Bytes32 randomness) => Chance.Below(4) switch
    {
        0 => verdict with { Proof = Keys.Prove(Lottery.Input(World.Network, verdict.Role, verdict.CaseId, randomness, verdict.Attempt, verdict.Round + 1)) },
        1 => verdict with { Root = new StateRoot(verdict.EvidenceDigest) },
        2 => verdict with { EvidenceDigest = verdict.Root.Value },
        _ => verdict with { Round = verdict.Round + 1 },
    };
}
