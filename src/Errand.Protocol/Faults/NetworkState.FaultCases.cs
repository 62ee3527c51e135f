using Errand.Primitives;

namespace Errand.Protocol;

/// <summary>Committees over accusations (docs/protocol.md section 6.15), and what follows from what they find.</summary>
public sealed partial class NetworkState
{
    private void OpenFault(FaultCase fault, NodeState accuser)
    {
        _faults.Add(fault.Entry.Value, fault);
        _claims.Add(fault.Claim, fault);
        _records.Touch(fault);
        // The committee is drawn with R(e+1), which nobody knows when the accuser commits itself.
        _deadlines.Add(new Deadline(BoundaryMilliseconds(Clock.Epoch + 1), DeadlineKind.FaultDraw, fault.Entry.Value));

        if (!_accusers.TryGetValue(accuser.Operator, out AccuserState? state)) _accusers.Add(accuser.Operator, state = new AccuserState(accuser.Operator));
        _expiries.Remove(new Expiry(state.ForgetEpoch, RecordKind.Accuser, state.Operator.Value));
        state.OpenCase = fault.Entry;
        _records.Touch(state);
    }

    private void OnFaultDraw(FaultCase fault, long due)
    {
        fault.Randomness = Clock.Randomness.Randomness;
        OpenFaultRound(fault, due);
    }

    private void OpenFaultRound(FaultCase fault, long at)
    {
        fault.RoundList.Add(new Ballot(fault.Rounds.Count + 1, Lottery.Seats(fault.Weight, fault.Terms.Committee.Size), at));
        _deadlines.Add(RoundDeadline(fault));
        _records.Touch(fault);
    }

    private static Deadline RoundDeadline(FaultCase fault) =>
        new(fault.Current!.OpenedMilliseconds + fault.Terms.Times.RoundMilliseconds, DeadlineKind.FaultRound, fault.Entry.Value);

    private void OnFaultRoundOver(FaultCase fault, long due)
    {
        fault.Current!.Expire();
        if (fault.Rounds.Count < fault.Terms.Committee.Rounds) OpenFaultRound(fault, due);
        else CloseFault(fault, BallotResult.Undecided, due);
    }

    private RefusalReason FindFaultSubject(VerdictEntry verdict, ref VerdictSubject subject, ref Ballot ballot)
    {
        if (!_faults.TryGetValue(verdict.CaseId, out FaultCase? fault) || fault.Result != BallotResult.Open) return RefusalReason.UnknownCase;
        if (verdict.Attempt != 1 || verdict.Round < 1) return RefusalReason.UnknownCase;
        if (verdict.Round > fault.Rounds.Count) return RefusalReason.TooEarly;
        if (verdict.Round < fault.Rounds.Count) return RefusalReason.Late;
        ballot = fault.Current!;
        subject = new VerdictSubject(CommitteeRole.Fault, fault.Entry.Value, fault.Randomness!.Value, fault.SnapshotEpoch,
            fault.Weight, fault.Terms.Committee.Size, fault.Claim, fault.EvidenceRoot, fault.Node, fault.Accused);
        return RefusalReason.None;
    }

    private void CountFaultVerdict(FaultCase fault, VerdictEntry verdict, EntryContext context, Ballot ballot)
    {
        BallotResult decision = ballot.Vote(context.Signer, verdict.Accept);
        _records.Touch(fault);
        if (decision != BallotResult.Open) CloseFault(fault, decision, context.Now);
    }

    private void CloseFault(FaultCase fault, BallotResult result, long at)
    {
        _deadlines.Remove(RoundDeadline(fault));
        NetworkTerms terms = fault.Terms;
        // As long as evidence is young enough to be appraised again, this must not be judged again.
        fault.Close(result, Clock.Epoch + 1 + terms.Times.QualificationEpochs);
        if (result == BallotResult.Undecided) ForgetFault(fault);
        else
        {
            _expiries.Add(new Expiry(fault.ForgetEpoch, RecordKind.Fault, fault.Entry.Value));
            _records.Touch(fault);
        }
        ReleaseTerms(terms);
        Answer(_accusers[_nodes[fault.Accuser].Operator], upheld: result == BallotResult.Accepted);
        if (result != BallotResult.Accepted) return;
        foreach (PublicKey id in fault.Accused) Ban(_nodes[id], fault.Charge, fault.Position);
        if (fault.Charge == FaultCharge.WrongFinding) Correct(fault, at);
    }

    // Committees cost the network what a case costs; who has them called for nothing waits, longer each time.
    private void Answer(AccuserState accuser, bool upheld)
    {
        if (upheld)
        {
            _accusers.Remove(accuser.Operator);
            _records.Remove(accuser);
            return;
        }
        long pause = (long)ProtocolLimits.AccuserPauseEpochs << Math.Min(accuser.Failures, ProtocolLimits.CooldownExponentMax);
        accuser.OpenCase = null;
        accuser.Failures++;
        accuser.NextEpoch = Clock.Epoch + 1 + pause;
        accuser.ForgetEpoch = accuser.NextEpoch + pause;
        _expiries.Add(new Expiry(accuser.ForgetEpoch, RecordKind.Accuser, accuser.Operator.Value));
        _records.Touch(accuser);
    }

    // What the false verdicts did to the node that they were about.
    private void Correct(FaultCase fault, long at)
    {
        NodeState node = _nodes[fault.Node];
        if (fault.Role == CommitteeRole.ProofOfTrust)
        {
            if (fault.Accept && node.IsActive && node.ProvenPosition == fault.EvidencePosition) LoseProof(node);
            return;
        }
        TaskState? task = _tasks.GetValueOrDefault(new TaskId(fault.CaseId));
        // A proof that came after the evidence was not touched by it.
        bool stands = node.ProvenPosition < fault.EvidencePosition;
        if (!fault.Accept)
        {
            if (stands && node is { Disqualified: true, Retired: false, RejectionsInRow: 1 } && task?.Attempts[fault.Attempt - 1].Failure == TaskReason.Rejected) LetOfferAgain(node);
        }
        else if (task is { Phase: TaskPhase.Verifying or TaskPhase.Releasing or TaskPhase.Running } && task.Attempt!.Number == fault.Attempt) FailAttempt(task, TaskReason.Rejected, at);
        else if (stands && node.IsActive) LoseProof(node);
    }

    private void LetOfferAgain(NodeState node)
    {
        node.RejectionsInRow = 0;
        node.NextOfferEpoch = Math.Min(node.NextOfferEpoch, Clock.Epoch);
        _records.Touch(node);
    }

    private void ForgetFault(FaultCase fault)
    {
        _faults.Remove(fault.Entry.Value);
        _claims.Remove(fault.Claim);
        _records.Remove(fault);
    }
}
