using System.Security.Cryptography;
using Errand.Ledger;
using Errand.Primitives;
using Errand.Protocol;
using Microsoft.Extensions.Logging;

namespace Errand.Node;

/// <summary>Faults of other verifiers (docs/protocol.md section 6.15): seen, charged, and judged where this one is drawn.</summary>
public sealed partial class VerifierService
{
    private readonly FaultWatch _watch = new();

    private void NoteVerdict(LedgerEntry entry, ApplyResult result)
    {
        // Own operator's verdicts are nobody's business here; those on accusations are judged by nothing but themselves.
        if (result.Entry.Body is not VerdictEntry verdict || !State.Nodes.TryGetValue(result.Entry.Signer, out NodeState? node)) return;
        if (node.IsBanned || (State.Nodes.TryGetValue(Self.PublicKey, out NodeState? self) && self.Operator == node.Operator)) return;
        _watch.Note(new SeenVerdict(node.Id, node.Operator, verdict, entry.Bytes.ToArray()), result.Applied);
    }

    // All who see a fault could charge it, and one entry is enough: each waits for a while of its own.
    private void Accuse(Suspicion suspicion)
    {
        if (suspicion.ToEntry(State) is not { } fault)
        {
            _watch.Drop(suspicion);
            return;
        }
        long now = NowMilliseconds;
        if (suspicion.NotBeforeMilliseconds == 0) suspicion.NotBeforeMilliseconds = now + TurnOf(suspicion);
        if (now < suspicion.NotBeforeMilliseconds) return;
        suspicion.NotBeforeMilliseconds = now + State.Terms.Times.RoundMilliseconds;
        RefusalReason refusal = State.CheckMayAccuse(Self.PublicKey, fault);
        if (refusal is RefusalReason.FaultExists or RefusalReason.AccusationOpen or RefusalReason.AccuserCooldown or RefusalReason.NetworkTooSmall or RefusalReason.NotInSnapshot or RefusalReason.Disqualified) return;
        if (refusal != RefusalReason.None || !CanBeUpheld(fault))
        {
            Log.LogWarning("{Service}: a {Charge} of {Count} verifiers cannot be charged ({Reason})", Name, fault.Charge.Code(), suspicion.Count, refusal.Code());
            _watch.Drop(suspicion);
            return;
        }
        Charge(suspicion, fault);
    }

    private void Charge(Suspicion suspicion, FaultEntry fault)
    {
        var duty = new DutyId("charge", suspicion.Id, suspicion.Count, State.Clock.Epoch);
        OwnFinding? finding = suspicion.Finding;
        ArchivedEvidence? kept = finding is null ? null : _book.Archive.Find(finding.Position);
        FaultQuestion? question = finding is null ? null : QuestionOf(fault, State.Clock.Epoch, State.Terms.Times.QualificationEpochs);
        Genesis genesis = State.Genesis;
        StartDuty(duty, async cancellation =>
        {
            // An accusation that fails costs a pause: this verifier asks itself first what the committee will be asked.
            if (question is not null)
            {
                ArchivedEvidence? evidence = kept ?? await EvidenceArchive.ReadAgainAsync(_ledger, genesis, fault.EvidencePosition!.Value, cancellation).ConfigureAwait(false);
                if (FaultFinding.Of(question, evidence) is { Upholds: false } doubt)
                {
                    Log.LogWarning("{Service}: a second look does not bear out a {Charge}: {Dismissal}", Name, fault.Charge.Code(), doubt.Dismissal.Code());
                    return;
                }
            }
            Log.LogWarning("{Service}: charges {Count} with {Charge}", Name, fault.Exhibits.Length, fault.Charge.Code());
            await PublishAsync(duty, fault, cancellation).ConfigureAwait(false);
        });
    }

    private void JudgeFault(NodeState self, FaultCase fault)
    {
        if (fault.Current is not { Result: BallotResult.Open } ballot || ballot.Votes.ContainsKey(self.Id)) return;
        if (fault.Accused.Append(fault.Node).Any(id => State.Nodes[id].Operator == self.Operator)) return;
        Seat? seat = _seats.Draw(State, self, CommitteeRole.Fault, fault.Entry.Value, fault.Randomness!.Value, fault.SnapshotEpoch, fault.Weight, fault.Terms.Committee.Size, 1, ballot.Round);
        if (seat is null) return;
        var verdict = new VerdictDraft(seat, fault.Claim, fault.EvidenceRoot, self.Operator);
        ArchivedEvidence? kept = _book.Archive.Find(fault.EvidencePosition);
        (long position, long epoch, long age) = (fault.Position, fault.SnapshotEpoch, fault.Terms.Times.QualificationEpochs);
        Dictionary<PublicKey, PublicKey> operators = fault.Accused.ToDictionary(id => id, id => State.Nodes[id].Operator);
        NetworkId network = State.Network;
        Genesis genesis = State.Genesis;
        var duty = new DutyId("judge-fault", fault.Entry.Value, 1, ballot.Round);
        EntryId id = fault.Entry;
        StartDuty(duty, async cancellation =>
        {
            // What is read again a ledger may show in another way the next time: what was said is written down.
            if (_journal.Find(seat, verdict.Root) is { } said)
            {
                await PublishAsync(duty, said, cancellation).ConfigureAwait(false);
                return;
            }
            FaultEntry filed = await ReadFaultAsync(network, position, id, cancellation).ConfigureAwait(false);
            ArchivedEvidence? evidence = kept ?? await EvidenceArchive.ReadAgainAsync(_ledger, genesis, filed.EvidencePosition!.Value, cancellation).ConfigureAwait(false);
            Exhibit[] exhibits = ExhibitsOf(network, filed);
            FaultFinding finding = FaultFinding.Of(new FaultQuestion(filed, exhibits, [.. exhibits.Select(exhibit => operators[exhibit.Signer])], epoch, age), evidence);
            Log.LogInformation("{Service}: {Verdict} {Charge} {Case}", Name, finding.Upholds ? "upholds" : $"dismisses ({finding.Dismissal.Code()})", filed.Charge.Code(), verdict.Seat.CaseId.ToShortString());
            await PublishAsync(duty, _journal.Add(seat, verdict.Complete(finding.Upholds, finding.Reasons, finding.Claims)), cancellation).ConfigureAwait(false);
        });
    }

    // Where everybody sits, those who are charged must leave enough for a quorum, or the accusation would only cost its pause.
    private bool CanBeUpheld(FaultEntry fault)
    {
        if (fault.Charge == FaultCharge.DoubleVote) return true;
        int seats = Lottery.Seats(State.Clock.Weight, State.Terms.Committee.Size);
        return State.Clock.Weight - fault.Exhibits.Length >= Lottery.AcceptThreshold(seats);
    }

    private long TurnOf(Suspicion suspicion)
    {
        byte[] own = SHA256.HashData([.. Self.PublicKey.Value.ToArray(), .. suspicion.Id.ToArray()]);
        return State.Terms.Times.RoundMilliseconds * own[0] / 512;
    }

    private FaultQuestion QuestionOf(FaultEntry fault, long epoch, long age)
    {
        Exhibit[] exhibits = ExhibitsOf(State.Network, fault);
        return new FaultQuestion(fault, exhibits, [.. exhibits.Select(exhibit => State.Nodes[exhibit.Signer].Operator)], epoch, age);
    }

    private static Exhibit[] ExhibitsOf(NetworkId network, FaultEntry fault) =>
        [.. fault.Exhibits.Select(frame => Exhibit.TryRead(network, ProtocolLimits.RulesVersion, frame.Span) ?? throw new InvalidOperationException("The fold took an exhibit that is none."))];

    private async Task<FaultEntry> ReadFaultAsync(NetworkId network, long position, EntryId id, CancellationToken cancellation)
    {
        IReadOnlyList<LedgerEntry> entries = await _ledger.ReadAsync(position, 1, cancellation).ConfigureAwait(false);
        return entries.Count > 0 && PreparedEntry.Prepare(network, entries[0].Bytes.Span) is { Body: FaultEntry fault } entry && entry.Id == id
            ? fault
            : throw new InvalidOperationException($"The ledger no longer has the Fault entry at {position}.");
    }
}
