using Errand.Cryptography;
using Errand.Primitives;

namespace Errand.Protocol;

/// <summary>Verdicts on all kinds of case (docs/protocol.md sections 6.7, 6.8 and 6.15). The fold counts them; it never appraises. (R-2.1.4)</summary>
public sealed partial class NetworkState
{
    private RefusalReason Apply(VerdictEntry verdict, EntryContext context)
    {
        RefusalReason refusal = FindSubject(verdict, out VerdictSubject subject, out Ballot ballot);
        if (refusal == RefusalReason.None) refusal = CheckVerdict(verdict, context, subject, ballot);
        if (refusal != RefusalReason.None) return refusal;

        switch (subject.Role)
        {
            case CommitteeRole.ProofOfTrust: CountTrustVerdict(_cases[subject.CaseId], verdict, context, ballot); break;
            case CommitteeRole.Task: CountTaskVerdict(_tasks[new TaskId(subject.CaseId)], verdict, context, ballot); break;
            case CommitteeRole.Fault: CountFaultVerdict(_faults[subject.CaseId], verdict, context, ballot); break;
            default: throw new InvalidOperationException($"No committee votes in role {subject.Role}.");
        }
        return RefusalReason.None;
    }

    private RefusalReason FindSubject(VerdictEntry verdict, out VerdictSubject subject, out Ballot ballot)
    {
        subject = default;
        ballot = null!;
        return verdict.Role switch
        {
            CommitteeRole.ProofOfTrust => FindTrustSubject(verdict, ref subject, ref ballot),
            CommitteeRole.Task => FindTaskSubject(verdict, ref subject, ref ballot),
            CommitteeRole.Fault => FindFaultSubject(verdict, ref subject, ref ballot),
            _ => RefusalReason.UnknownCase,
        };
    }

    private RefusalReason FindTrustSubject(VerdictEntry verdict, ref VerdictSubject subject, ref Ballot ballot)
    {
        if (!_cases.TryGetValue(verdict.CaseId, out TrustCase? trustCase)) return RefusalReason.UnknownCase;
        if (verdict.Attempt != 1 || verdict.Round < 1) return RefusalReason.UnknownCase;
        if (verdict.Round > trustCase.Rounds.Count) return RefusalReason.TooEarly;
        if (verdict.Round < trustCase.Rounds.Count) return RefusalReason.Late;
        ballot = trustCase.Current!;
        subject = new VerdictSubject(CommitteeRole.ProofOfTrust, trustCase.Id, trustCase.Randomness!.Value, trustCase.SnapshotEpoch,
            trustCase.Weight, trustCase.Terms.Committee.Size, trustCase.EvidenceDigest, trustCase.EvidenceRoot, trustCase.Node, []);
        return RefusalReason.None;
    }

    private RefusalReason FindTaskSubject(VerdictEntry verdict, ref VerdictSubject subject, ref Ballot ballot)
    {
        if (!_tasks.TryGetValue(new TaskId(verdict.CaseId), out TaskState? task)) return RefusalReason.UnknownCase;
        if (task.Phase == TaskPhase.Ended) return RefusalReason.Late;
        if (verdict.Attempt < 1 || verdict.Round < 1) return RefusalReason.UnknownCase;
        if (verdict.Attempt > task.Attempts.Count) return RefusalReason.TooEarly;
        AttemptState attempt = task.Attempts[verdict.Attempt - 1];
        if (verdict.Round > attempt.Rounds.Count) return attempt == task.Attempt ? RefusalReason.TooEarly : RefusalReason.AttemptClosed;
        ballot = attempt.Rounds[verdict.Round - 1];
        if (ballot.Result == BallotResult.Undecided) return RefusalReason.Late;
        subject = new VerdictSubject(CommitteeRole.Task, task.Id.Value, task.Seed!.Value, task.SnapshotEpoch,
            task.Weight, task.Terms.Committee.Size, attempt.EvidenceDigest, attempt.EvidenceRoot, attempt.Executor, []);
        return RefusalReason.None;
    }

    private void CountTrustVerdict(TrustCase trustCase, VerdictEntry verdict, EntryContext context, Ballot ballot)
    {
        BallotResult decision = ballot.Vote(context.Signer, verdict.Accept);
        _records.Touch(trustCase);
        if (decision != BallotResult.Open) CloseTrustCase(trustCase, decision);
    }

    private void CountTaskVerdict(TaskState task, VerdictEntry verdict, EntryContext context, Ballot ballot)
    {
        AttemptState attempt = task.Attempts[verdict.Attempt - 1];
        // An open round is the current one of the attempt that is being verified: whatever ends either closes the round.
        if (ballot.Result == BallotResult.Open && (task.Phase != TaskPhase.Verifying || ballot != task.Attempt!.Current))
            throw new InvalidOperationException($"Round {ballot.Round} of attempt {attempt.Number} is open in phase {task.Phase}.");

        _records.Touch(task);
        switch (ballot.Vote(context.Signer, verdict.Accept))
        {
            case BallotResult.Accepted:
                attempt.ApprovedMilliseconds = context.Now;
                EnterPhase(task, TaskPhase.Releasing, context.Now, context.Now + task.Terms.Times.ReleaseMilliseconds);
                break;
            case BallotResult.Rejected:
                FailAttempt(task, TaskReason.Rejected, context.Now);
                break;
            default:
                break;
        }
    }

    private RefusalReason CheckVerdict(VerdictEntry verdict, EntryContext context, VerdictSubject subject, Ballot ballot)
    {
        RefusalReason refusal = CheckVoter(verdict, context.Signer, subject, ballot, out VrfPublicKey key, out NodeState node);
        if (refusal != RefusalReason.None) return refusal;
        byte[] input = VerdictInput(verdict, subject);
        Span<byte> beta = stackalloc byte[Vrf.OutputSize];
        if (!TryVerify(context, key, input, verdict.Proof.Span, beta))
        {
            // A right proof of a key that came later says so: the verifier has rotated and must use the old key for this case.
            return node.VrfKey != key && Vrf.TryVerify(node.VrfKey, input, verdict.Proof.Span, beta) ? RefusalReason.NotInSnapshot : RefusalReason.VrfProof;
        }
        return Lottery.HasSeat(beta, subject.Weight, subject.CommitteeSize) ? RefusalReason.None : RefusalReason.NoSeat;
    }

    private RefusalReason CheckVoter(VerdictEntry verdict, PublicKey signer, VerdictSubject subject, Ballot ballot, out VrfPublicKey key, out NodeState node)
    {
        key = default;
        if (!_nodes.TryGetValue(signer, out node!) || !node.Roles.HasFlag(NodeRoles.Verifier)) return RefusalReason.UnknownNode;
        if (node.Id == subject.Node || node.Operator == _nodes[subject.Node].Operator) return RefusalReason.OwnCase;
        foreach (PublicKey accused in subject.Accused)
            if (_nodes[accused].Operator == node.Operator) return RefusalReason.OwnCase;
        if (node.KeyAt(subject.SnapshotEpoch) is not { } snapshotKey) return RefusalReason.NotInSnapshot;
        if (!node.IsActive) return RefusalReason.Disqualified;
        if (verdict.EvidenceDigest != subject.EvidenceDigest) return RefusalReason.EvidenceMismatch;
        if (verdict.Root != subject.EvidenceRoot) return RefusalReason.RootMismatch;
        if (ballot.Votes.ContainsKey(signer)) return RefusalReason.AlreadyVoted;
        key = snapshotKey;
        return RefusalReason.None;
    }

    private byte[] VerdictInput(VerdictEntry verdict, VerdictSubject subject) =>
        Lottery.Input(Network, subject.Role, subject.CaseId, subject.Randomness, verdict.Attempt, verdict.Round);

    /// <summary>What a verdict must fit, whichever kind of case it is about.</summary>
    private readonly record struct VerdictSubject(
        CommitteeRole Role,
        Bytes32 CaseId,
        Bytes32 Randomness,
        long SnapshotEpoch,
        long Weight,
        int CommitteeSize,
        Bytes32 EvidenceDigest,
        StateRoot EvidenceRoot,
        PublicKey Node,
        IReadOnlyList<PublicKey> Accused);
}
