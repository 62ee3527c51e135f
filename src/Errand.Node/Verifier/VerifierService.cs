using Errand.Client;
using Errand.Attestation;
using Errand.Ledger;
using Errand.Primitives;
using Errand.Protocol;
using Microsoft.Extensions.Logging;

namespace Errand.Node;

/// <summary>
/// A verifier: proves its own machine, brings beacon tickets, lets deadlines fire, and where its VRF output seats it appraises
/// evidence of others and votes. Faults of other verifiers that it sees, it charges them with.
/// </summary>
public sealed partial class VerifierService : NodeService
{
    // Verifiers take turns with ticks: each waits a little longer than the one before, so that one tick is usually enough.
    private const long TickStepMilliseconds = 40;

    // A clock ahead of the ledger's makes ticks that fire nothing: each one for the same deadline waits twice as long.
    private const long TickPauseMilliseconds = 1000;
    private const long TickPauseMaxMilliseconds = 60_000;

    private readonly ChallengeClient _challenges;
    private readonly ILedger _ledger;
    private readonly VerdictJournal _journal;
    private CaseBook _book = new();
    private readonly TicketDraw _ticket;
    private readonly SeatDraw _seats;
    private readonly int _turn;
    private (long Due, long AtMilliseconds, long Pause) _ticked = (-1, 0, 0);

    /// <summary>Makes a verifier; <see cref="LedgerService.Start"/> starts it.</summary>
    /// <param name="name">A name for logs and people.</param>
    /// <param name="context">The network.</param>
    /// <param name="self">Its keys.</param>
    /// <param name="profile">What it tells about itself.</param>
    /// <param name="machine">Its hardware.</param>
    /// <param name="challenges">Asks nodes for proof of their keys.</param>
    /// <param name="folder">Where it keeps what it has said, which must outlive it: a verifier that contradicts itself is banned.</param>
    public VerifierService(string name, NodeContext context, Identity self, NodeProfile profile, Machine machine, ChallengeClient challenges, string folder)
        : base(name, context, self, profile, machine)
    {
        _challenges = challenges;
        _ledger = context.Ledger;
        _journal = new VerdictJournal(folder, context.Time);
        _ticket = new TicketDraw(self.VrfKey);
        _seats = new SeatDraw(self.VrfKey);
        _turn = Array.FindIndex([.. context.Genesis.FoundingVerifiers], founder => founder.Node == self.PublicKey);
    }

    private protected override long NextLookMilliseconds(long after) => Math.Min(Later(NextTickMilliseconds, after), Later(_ticket.DueMilliseconds, after));

    private long NextTickMilliseconds
    {
        get
        {
            long due = State.NextDueMilliseconds;
            long turn = due + TurnAt(due) * TickStepMilliseconds;
            return _ticked.Due == due ? Math.Max(turn, _ticked.AtMilliseconds + _ticked.Pause) : turn;
        }
    }

    private protected override void OnApplied(LedgerEntry entry, ApplyResult result)
    {
        if (result.Applied) _book.Note(State, entry.Position, result);
        NoteVerdict(entry, result);
    }

    private protected override void FindDuties()
    {
        base.FindDuties();
        Tick();
        if (!State.Nodes.TryGetValue(Self.PublicKey, out NodeState? self) || !self.IsActive) return;
        BringTicket(self);
        foreach (TrustCase trustCase in State.TrustCases.Values) JudgeOffer(self, trustCase);
        foreach (TaskState task in State.OpenTasks) JudgeEvidence(self, task);
        foreach (FaultCase fault in State.Faults.Values) JudgeFault(self, fault);
        foreach (Suspicion suspicion in _watch.Look()) Accuse(suspicion);
    }

    private long TurnAt(long due)
    {
        int count = State.Genesis.FoundingVerifiers.Length;
        return _turn < 0 ? count : (_turn + due / State.Genesis.Times.EpochMilliseconds) % count;
    }

    private void Tick()
    {
        long now = NowMilliseconds;
        long due = State.NextDueMilliseconds;
        if (now < NextTickMilliseconds) return;
        _ticked = (due, now, _ticked.Due == due ? Math.Min(2 * _ticked.Pause, TickPauseMaxMilliseconds) : TickPauseMilliseconds);
        var duty = new DutyId("tick", default, due, now);
        StartDuty(duty, cancellation => PublishAsync(duty, new TickEntry(), cancellation));
    }

    private void BringTicket(NodeState self)
    {
        _ticket.Look(State, self);
        if (NowMilliseconds < _ticket.DueMilliseconds) return;
        var entry = new TicketEntry { Epoch = _ticket.Epoch, Proof = _ticket.Proof.ToArray() };
        var duty = new DutyId("ticket", default, entry.Epoch);
        StartDuty(duty, cancellation => PublishAsync(duty, entry, cancellation));
    }

    private static long Later(long time, long after) => time > after ? time : long.MaxValue;

    private void JudgeOffer(NodeState self, TrustCase trustCase)
    {
        if (trustCase.Current is not { Result: BallotResult.Open } ballot || ballot.Votes.ContainsKey(self.Id)) return;
        if (State.Nodes[trustCase.Node].Operator == self.Operator || _book.Offer(trustCase.Id) is not { } snapshot) return;
        Seat? seat = _seats.Draw(State, self, CommitteeRole.ProofOfTrust, trustCase.Id, trustCase.Randomness!.Value, trustCase.SnapshotEpoch, trustCase.Weight, trustCase.Terms.Committee.Size, 1, ballot.Round);
        if (seat is null) return;
        var verdict = new VerdictDraft(seat, trustCase.EvidenceDigest, trustCase.EvidenceRoot, self.Operator);
        // A quarter of the round is left for the verdict: one that comes too late costs a round, a node that was asked too briefly its proof.
        TimeSpan patience = TimeSpan.FromMilliseconds(trustCase.Terms.Times.RoundMilliseconds * 3 / 4); // R-6.1.4.20
        var duty = new DutyId("judge-offer", trustCase.Id, 1, ballot.Round);
        StartDuty(duty, async cancellation =>
        {
            AppraisalFinding finding = EvidenceAppraisal.OfOffer(snapshot, new NetworkPolicy(snapshot.Terms), out VerifiedPlatform? platform);
            _watch.Note(verdict.ToFinding(snapshot.Node, snapshot.Position, finding));
            if (_journal.Find(seat, verdict.Root) is { } said)
            {
                await PublishAsync(duty, said, cancellation).ConfigureAwait(false);
                return;
            }
            if (finding.Accepted && platform is not null)
                finding = finding.And(await _challenges.ChallengeAsync(snapshot, platform, patience, cancellation).ConfigureAwait(false));
            Tell(verdict, finding);
            await PublishAsync(duty, _journal.Add(seat, verdict.Complete(finding)), cancellation).ConfigureAwait(false);
        });
    }

    private void JudgeEvidence(NodeState self, TaskState task)
    {
        if (task.Phase != TaskPhase.Verifying || task.Attempt is not { } attempt) return;
        if (attempt.Current is not { Result: BallotResult.Open } ballot || ballot.Votes.ContainsKey(self.Id)) return;
        if (State.Nodes[attempt.Executor].Operator == self.Operator || _book.Evidence(task.Id, attempt.Number) is not { } snapshot) return;
        Seat? seat = _seats.Draw(State, self, CommitteeRole.Task, task.Id.Value, task.Seed!.Value, task.SnapshotEpoch, task.Weight, task.Terms.Committee.Size, attempt.Number, ballot.Round);
        if (seat is null) return;
        var verdict = new VerdictDraft(seat, attempt.EvidenceDigest, attempt.EvidenceRoot, self.Operator);
        var duty = new DutyId("judge-evidence", task.Id.Value, attempt.Number, ballot.Round);
        long position = attempt.EvidencePosition;
        StartDuty(duty, cancellation =>
        {
            // Evidence and history decide, so that nothing need be written down: asked again, this verifier says the same.
            AppraisalFinding finding = EvidenceAppraisal.OfEnclave(snapshot, new NetworkPolicy(snapshot.Terms));
            _watch.Note(verdict.ToFinding(snapshot.Executor, position, finding));
            Tell(verdict, finding);
            return PublishAsync(duty, verdict.Complete(finding), cancellation);
        });
    }

    private void Tell(VerdictDraft draft, AppraisalFinding finding) =>
        Log.LogInformation("{Service}: {Verdict} {Role} {Case}: {Result}", Name, finding.Accepted ? "accepts" : "rejects", draft.Seat.Role,
            draft.Seat.CaseId.ToShortString(), finding.Result);
}
