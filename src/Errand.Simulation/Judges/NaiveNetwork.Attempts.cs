using Errand.Cryptography;
using Errand.Primitives;
using Errand.Protocol;

namespace Errand.Simulation;

/// <summary>Attempts and votes as the judges understand them: docs/protocol.md sections 6.6 to 6.12.</summary>
internal sealed partial class NaiveNetwork
{
    private void OpenAttempt(NaiveTask task, long at)
    {
        task.Attempts.Add(new NaiveAttempt(task.Tickets[task.Attempts.Count].Executor, this));
        task.Phase = TaskPhase.Attesting;
        task.DueMilliseconds = at + _times.EvidenceMilliseconds;
    }

    private void FailAttempt(NaiveTask task, TaskReason reason, long at)
    {
        NaiveAttempt attempt = task.Attempt!;
        if (attempt.Rounds.Count > 0 && attempt.Rounds[^1].Decision is null) attempt.Rounds[^1].Expired = true;
        NaiveNode executor = Nodes[attempt.Executor];
        if (reason != TaskReason.NoQuorum) _pausedUntil[executor.Chip!.Value] = Math.Max(_pausedUntil.GetValueOrDefault(executor.Chip.Value), _epoch + _times.PauseEpochs);
        attempt.IsRejected = reason == TaskReason.Rejected;
        if (reason == TaskReason.Rejected && !executor.IsDisqualified) LoseProof(executor);
        if (task.Attempts.Count < task.Tickets.Count) OpenAttempt(task, at);
        else End(task, TaskOutcome.Failed, reason is TaskReason.ExecutorTimeout or TaskReason.Abandoned ? TaskReason.NoExecutor : reason);
    }

    private string? FindWrong(TaskId id, int attempt, PublicKey signer, Func<NaiveTask, string?> further)
    {
        if (!Tasks.TryGetValue(id, out NaiveTask? task)) return "the task is unknown";
        if (task.Phase == TaskPhase.Ended) return "the task has ended";
        if (attempt != task.Attempts.Count || attempt == 0) return "the attempt is not the current one";
        return task.Attempt!.Executor == signer ? further(task) : "another executor was drawn";
    }

    private string? FindWrong(NaiveTask task)
    {
        if (task.Attempt!.Evidence is not null) return "evidence is in already";
        return Nodes[task.Attempt.Executor].IsDisqualified ? "the executor is disqualified" : null;
    }

    private void Take(EvidenceEntry evidence, long now, int position)
    {
        NaiveTask task = Tasks[evidence.Task];
        NaiveAttempt attempt = task.Attempt!;
        attempt.Evidence = evidence.Digest;
        attempt.EvidencePosition = position;
        attempt.ReceiptKey = evidence.ReceiptKey;
        attempt.IsGenuine = IsGenuine(evidence, Nodes[attempt.Executor]);
        attempt.Rounds.Add(new NaiveBallot(SeatsAt(task.Epoch), now));
        task.Phase = TaskPhase.Verifying;
        task.DueMilliseconds = now + _times.RoundMilliseconds;
    }

    // From what really happened: an enclave that exists, made this very report, holds these keys, on the chip that qualified.
    private bool IsGenuine(EvidenceEntry evidence, NaiveNode executor) =>
        _world.Judges.EnclaveOf(evidence.HpkeKey) is { } enclave
        && enclave.Report is not null && evidence.Report.Span.SequenceEqual(enclave.Report)
        && enclave.Task == evidence.Task && enclave.Attempt == evidence.Attempt && enclave.Host.Id == executor.Id
        && enclave.Measurement == GenesisMaker.Measurement && WithdrawnPosition is null && !enclave.Debug && enclave.Chip == executor.Chip
        && enclave.ReceiptKey.PublicKey == evidence.ReceiptKey && _world.ExecutorOf(executor.Id)!.Lie != Lie.Rebooted;

    private void OnRoundOver(NaiveTask task, long due)
    {
        task.Attempt!.Rounds[^1].Expired = true;
        if (task.Attempt.Rounds.Count == _world.Genesis.Committee.Rounds)
        {
            FailAttempt(task, TaskReason.NoQuorum, due);
            return;
        }
        task.Attempt.Rounds.Add(new NaiveBallot(SeatsAt(task.Epoch), due));
        task.DueMilliseconds = due + _times.RoundMilliseconds;
    }

    private string? FindWrong(VerdictEntry verdict, PublicKey signer)
    {
        NaiveBallot ballot;
        Bytes32 randomness, evidence;
        NaiveNode[] judged;
        long epoch;
        if (verdict.Role == CommitteeRole.ProofOfTrust)
        {
            if (!_cases.TryGetValue(verdict.CaseId, out NaiveCase? trust)) return "no such case is open";
            if (verdict.Round != trust.Rounds.Count || verdict.Attempt != 1) return "the round is not the current one";
            (ballot, randomness, evidence, judged, epoch) = (trust.Rounds[^1], trust.Randomness!.Value, trust.Evidence, [trust.Node], trust.Epoch);
        }
        else if (verdict.Role == CommitteeRole.Fault)
        {
            if (!_faults.TryGetValue(verdict.CaseId, out NaiveFault? fault) || fault.Upheld is not null) return "no such accusation is open";
            if (verdict.Round != fault.Rounds.Count || verdict.Attempt != 1) return "the round is not the current one";
            (ballot, randomness, evidence, judged, epoch) = (fault.Rounds[^1], fault.Randomness!.Value, fault.Claim, [fault.Judged, .. fault.Accused], fault.Epoch);
        }
        else
        {
            if (!Tasks.TryGetValue(new TaskId(verdict.CaseId), out NaiveTask? task) || task.Phase == TaskPhase.Ended) return "no such task is open";
            if (verdict.Attempt < 1 || verdict.Attempt > task.Attempts.Count) return "there is no such attempt";
            NaiveAttempt attempt = task.Attempts[verdict.Attempt - 1];
            if (verdict.Round < 1 || verdict.Round > attempt.Rounds.Count) return "there is no such round";
            ballot = attempt.Rounds[verdict.Round - 1];
            if (ballot.Expired) return "the round has run out";
            (randomness, evidence, judged, epoch) = (task.Seed!.Value, attempt.Evidence!.Value, [Nodes[attempt.Executor]], task.Epoch);
        }
        return FindWrong(verdict, signer, ballot, randomness, evidence, judged, epoch);
    }

    private string? FindWrong(VerdictEntry verdict, PublicKey signer, NaiveBallot ballot, Bytes32 randomness, Bytes32 evidence, NaiveNode[] judged, long epoch)
    {
        if (!Nodes.TryGetValue(signer, out NaiveNode? verifier) || !verifier.IsVerifier) return "the signer is no verifier";
        if (judged.Any(node => node.Operator == verifier.Operator)) return "the verifier judges its own operator";
        if (!verifier.IsQualifiedAt(epoch)) return "the verifier is not in the snapshot";
        if (!verifier.IsActive) return "the verifier is disqualified, or banned";
        if (verdict.EvidenceDigest != evidence) return "it is about other evidence";
        if (verdict.Root != RootAfter(verdict)) return "it is about another state";
        if (ballot.Votes.ContainsKey(signer)) return "the verifier has voted";
        byte[] beta = new byte[Vrf.OutputSize];
        byte[] input = Lottery.Input(_world.Network, verdict.Role, verdict.CaseId, randomness, verdict.Attempt, verdict.Round);
        if (!Vrf.TryVerify(verifier.VrfKey, input, verdict.Proof.Span, beta)) return "its proof does not hold";
        return HasSeat(beta, epoch) ? null : "the verifier has no seat";
    }

    private void Take(VerdictEntry verdict, PublicKey signer, long now)
    {
        if (verdict.Role == CommitteeRole.ProofOfTrust)
        {
            NaiveCase trust = _cases[verdict.CaseId];
            if (trust.Rounds[^1].Count(signer, verdict.Accept)) Decide(trust, trust.Rounds[^1].Decision!.Value);
            return;
        }
        if (verdict.Role == CommitteeRole.Fault)
        {
            NaiveFault fault = _faults[verdict.CaseId];
            if (fault.IsTrue is { } truth && verdict.Accept != truth && _world.Find(signer) is { IsHonest: true } member)
                _report($"{member.Name} is honest and has {(verdict.Accept ? "upheld a false accusation" : "dismissed a true one")}");
            if (fault.Rounds[^1].Count(signer, verdict.Accept)) Decide(fault, fault.Rounds[^1].Decision!.Value, now);
            return;
        }
        NaiveTask task = Tasks[new TaskId(verdict.CaseId)];
        NaiveAttempt attempt = task.Attempts[verdict.Attempt - 1];
        NaiveBallot ballot = attempt.Rounds[verdict.Round - 1];
        if (verdict.Accept != attempt.IsGenuine && _world.Find(signer) is { IsHonest: true } honest)
            _report($"{honest.Name} is honest and has {(verdict.Accept ? "accepted what is not genuine" : "rejected what is genuine")}");
        if (!ballot.Count(signer, verdict.Accept)) return;
        if (ballot.Decision == false)
        {
            FailAttempt(task, TaskReason.Rejected, now);
            return;
        }
        task.Phase = TaskPhase.Releasing;
        task.DueMilliseconds = now + _times.ReleaseMilliseconds;
    }

    private string? FindWrong(ReleaseEntry release, PublicKey signer)
    {
        if (!Tasks.TryGetValue(release.Task, out NaiveTask? task)) return "the task is unknown";
        if (task.Phase != TaskPhase.Releasing) return "the task does not wait for keys";
        if (release.Attempt != task.Attempts.Count) return "the attempt is not the current one";
        if (!task.Submit.AllAssets.Contains(release.Asset) || _assets[release.Asset].Owner != signer) return "the signer owns no such asset";
        if (task.Attempt!.Releases.ContainsKey(release.Asset)) return "the key has been released";
        return task.MayRelease(release.Asset) ? null : "another owner comes first";
    }

    private void Take(ReleaseEntry release, long now)
    {
        NaiveTask task = Tasks[release.Task];
        task.Attempt!.Releases.Add(release.Asset, release.SealedKeyDigest);
        if (!task.Submit.AllAssets.All(task.Attempt.Releases.ContainsKey)) return;
        task.Phase = TaskPhase.Running;
        task.DueMilliseconds = now + _times.RunMilliseconds;
    }

    private string? FindWrong(NaiveTask task, ReceiptEntry entry)
    {
        if (task.Phase != TaskPhase.Running) return "the task does not run";
        NaiveAttempt attempt = task.Attempt!;
        if (CoseSign1.TryParse(entry.Receipt.Span) is not { } frame || frame.Signer != attempt.ReceiptKey || !frame.VerifySignature(Receipt.Context(_world.Network))) return "the enclave has not signed it";
        if (Receipt.TryDecode(frame.Payload) is not { } receipt) return "it is malformed";
        return receipt.Task == task.Id && receipt.Attempt == entry.Attempt && receipt.EvidenceDigest == attempt.Evidence ? null : "it is another's";
    }

    private void Take(ReceiptEntry entry, long now)
    {
        NaiveTask task = Tasks[entry.Task];
        if (!entry.InlineResult.IsEmpty)
        {
            End(task, TaskOutcome.Completed, TaskReason.None);
            return;
        }
        task.Phase = TaskPhase.Serving;
        task.DueMilliseconds = now + _times.ServeMilliseconds;
    }
}
