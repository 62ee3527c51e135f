using Errand.Primitives;
using Errand.Protocol;

namespace Errand.Simulation;

/// <summary>Faults and bans as the judges understand them: docs/protocol.md section 6.15.</summary>
internal sealed partial class NaiveNetwork
{
    private readonly Dictionary<Bytes32, NaiveFault> _faults = [];
    private readonly Dictionary<PublicKey, NaiveAccuser> _accusers = [];
    private readonly Dictionary<PublicKey, long> _bannedOperators = [];

    /// <summary>Verifiers of which the ledger has two verdicts that contradict each other, and since when.</summary>
    public Dictionary<PublicKey, long> Contradicted { get; } = [];

    private readonly List<(PublicKey Signer, VerdictEntry Verdict)> _verdicts = [];

    private string? FindWrong(FaultEntry fault, PublicKey signer, int position)
    {
        if (!Nodes.TryGetValue(signer, out NaiveNode? accuser) || !accuser.IsVerifier) return "the accuser is no verifier";
        if (!accuser.IsQualifiedAt(_epoch) || !accuser.IsActive) return "the accuser is not qualified";
        PreparedEntry[] exhibits = [.. fault.Exhibits.Select(frame => PreparedEntry.Prepare(_world.Network, frame.Span))];
        if (!exhibits.All(exhibit => exhibit.Body is VerdictEntry)) return "an exhibit is no signed verdict";
        VerdictEntry[] verdicts = [.. exhibits.Select(exhibit => (VerdictEntry)exhibit.Body!)];
        PublicKey[] signers = [.. exhibits.Select(exhibit => exhibit.Signer)];
        if (!Fit(fault.Charge, verdicts, signers)) return "the exhibits do not show the fault";
        if (!signers.All(accused => Nodes.TryGetValue(accused, out NaiveNode? node) && node.IsVerifier && !node.IsBanned)) return "one of the accused is no verifier, or banned";
        if (fault.Charge == FaultCharge.DoubleVote) return null;
        if (!IsAboutEvidence(fault, verdicts[0], position)) return "it is about other evidence";
        Bytes32 claim = ClaimOf(fault, verdicts[0], exhibits[0].Id);
        NaiveFault? same = _faults.Values.FirstOrDefault(known => known.Claim == claim);
        if (same?.Upheld == true) return null;
        if (WeightAt(_epoch) < _world.Genesis.Committee.VerifiersMin) return "the network is too small";
        if (same is not null) return "it is being judged, or has been";
        if (!_accusers.TryGetValue(accuser.Operator, out NaiveAccuser? known)) return null;
        if (known.Open is not null) return "another accusation of the accuser is open";
        return _epoch < known.NextEpoch ? "the accuser's pause is not over" : null;
    }

    private static bool Fit(FaultCharge charge, VerdictEntry[] verdicts, PublicKey[] signers)
    {
        VerdictEntry first = verdicts[0];
        bool alike = verdicts.All(verdict => verdict.Role == first.Role && verdict.CaseId == first.CaseId && verdict.Attempt == first.Attempt
            && verdict.EvidenceDigest == first.EvidenceDigest && verdict.Root == first.Root);
        if (charge == FaultCharge.DoubleVote) return verdicts.Length == 2 && alike && signers[0] == signers[1] && first.Round == verdicts[1].Round && first.Accept != verdicts[1].Accept;
        if (first.Role == CommitteeRole.Fault) return false;
        if (verdicts.Length == 1) return true;
        return charge == FaultCharge.WrongFinding && alike && verdicts.All(verdict => verdict.Accept == first.Accept) && !(first.Role == CommitteeRole.ProofOfTrust && !first.Accept)
            && signers.SequenceEqual(signers.Distinct().Order());
    }

    private bool IsAboutEvidence(FaultEntry fault, VerdictEntry verdict, int position)
    {
        if (fault.EvidencePosition >= position || !Nodes.TryGetValue(fault.Node!.Value, out NaiveNode? node)) return false;
        if (verdict.Role == CommitteeRole.Task)
        {
            return Tasks.TryGetValue(new TaskId(verdict.CaseId), out NaiveTask? task) && verdict.Attempt >= 1 && verdict.Attempt <= task.Attempts.Count
                && task.Attempts[verdict.Attempt - 1] is var attempt && attempt.Executor == node.Id && attempt.Evidence == verdict.EvidenceDigest && attempt.EvidencePosition == fault.EvidencePosition
                && RootAfter(verdict) == verdict.Root;
        }
        if (verdict.Attempt != 1) return false;
        return !_cases.TryGetValue(verdict.CaseId, out NaiveCase? open)
            || (open.Node == node && open.Position == fault.EvidencePosition && open.Evidence == verdict.EvidenceDigest && RootAfter(verdict) == verdict.Root);
    }

    private Bytes32 ClaimOf(FaultEntry fault, VerdictEntry verdict, EntryId exhibit)
    {
        bool alone = fault.Charge == FaultCharge.AppraisalDigest || (verdict.Role == CommitteeRole.ProofOfTrust && !verdict.Accept);
        return new TaggedHash(Tags.FaultClaim).Add(_world.Network.Value).Add((ulong)fault.Charge).Add(fault.Node!.Value.Value).Add((ulong)fault.EvidencePosition!.Value)
            .Add((ulong)verdict.Role).Add(verdict.CaseId).Add((ulong)verdict.Attempt).Add(verdict.EvidenceDigest).Add(verdict.Root.Value).Add(verdict.Accept ? 1ul : 0ul)
            .Add(alone ? exhibit.Value.ToArray() : []).ToDigest();
    }

    private void Take(FaultEntry fault, PreparedEntry entry)
    {
        PreparedEntry[] exhibits = [.. fault.Exhibits.Select(frame => PreparedEntry.Prepare(_world.Network, frame.Span))];
        NaiveNode[] accused = [.. exhibits.Select(exhibit => Nodes[exhibit.Signer]).Distinct()];
        if (fault.Charge == FaultCharge.DoubleVote)
        {
            if (_world.Find(accused[0].Id) is { IsHonest: true } honest) _report($"{honest.Name} is honest and has voted twice");
            Ban(accused[0]);
            return;
        }
        var verdict = (VerdictEntry)exhibits[0].Body!;
        Bytes32 claim = ClaimOf(fault, verdict, exhibits[0].Id);
        if (_faults.Values.Any(known => known.Claim == claim))
        {
            foreach (NaiveNode node in accused) Ban(node);
            return;
        }
        Bytes32 id = entry.Id.Value;
        _faults.Add(id, new NaiveFault(id, entry.Signer, fault, verdict, claim, accused, Nodes[fault.Node!.Value], _epoch)
        {
            DueMilliseconds = SimulationPlan.StartMilliseconds + (_epoch + 1) * SimulationPlan.EpochMilliseconds,
            IsTrue = IsTrue(fault, verdict, accused[0]),
        });
        PublicKey accuser = Nodes[entry.Signer].Operator;
        if (!_accusers.TryGetValue(accuser, out NaiveAccuser? state)) _accusers.Add(accuser, state = new NaiveAccuser());
        state.Open = id;
    }

    // From what really happened, where the judges know it: enclaves, and who brought which digest.
    private bool? IsTrue(FaultEntry fault, VerdictEntry verdict, NaiveNode accused)
    {
        if (verdict.Role != CommitteeRole.Task) return null;
        if (fault.Charge == FaultCharge.WrongFinding) return verdict.Accept != Tasks[new TaskId(verdict.CaseId)].Attempts[verdict.Attempt - 1].IsGenuine;
        return verdict.AppraisalDigest != VerdictEntry.AppraisalDigestOf(accused.Operator, Identity.Output(verdict.Proof.Span), verdict.EvidenceDigest.ToArray());
    }

    private void OnDue(NaiveFault fault, long due)
    {
        fault.Randomness ??= Randomness[^1].Value;
        if (fault.Rounds.Count > 0) fault.Rounds[^1].Expired = true;
        if (fault.Rounds.Count == _world.Genesis.Committee.Rounds)
        {
            _faults.Remove(fault.Id);
            Fail(fault);
            return;
        }
        fault.Rounds.Add(new NaiveBallot(SeatsAt(fault.Epoch), due));
        fault.DueMilliseconds = due + _times.RoundMilliseconds;
    }

    private void Decide(NaiveFault fault, bool upheld, long now)
    {
        fault.Upheld = upheld;
        fault.DueMilliseconds = long.MaxValue;
        fault.ForgetEpoch = _epoch + 1 + _times.QualificationEpochs;
        if (!upheld)
        {
            Fail(fault);
            return;
        }
        _accusers.Remove(Nodes[fault.Accuser].Operator);
        foreach (NaiveNode node in fault.Accused) Ban(node);
        if (fault.Entry.Charge == FaultCharge.WrongFinding) Correct(fault, now);
    }

    private void Fail(NaiveFault fault)
    {
        NaiveAccuser accuser = _accusers[Nodes[fault.Accuser].Operator];
        long pause = 16L << Math.Min(accuser.Failures++, 10);
        accuser.Open = null;
        accuser.NextEpoch = _epoch + 1 + pause;
        accuser.ForgetEpoch = accuser.NextEpoch + pause;
    }

    private void Correct(NaiveFault fault, long now)
    {
        NaiveNode node = fault.Judged;
        if (fault.Verdict.Role == CommitteeRole.ProofOfTrust)
        {
            if (fault.Verdict.Accept && node.IsActive && node.ProvenPosition == fault.Entry.EvidencePosition) LoseProof(node);
            return;
        }
        NaiveTask task = Tasks[new TaskId(fault.Verdict.CaseId)];
        bool later = node.ProvenPosition > fault.Entry.EvidencePosition;
        if (!fault.Verdict.Accept)
        {
            if (later || !node.IsDisqualified || node.Rejections != 1 || !task.Attempts[fault.Verdict.Attempt - 1].IsRejected) return;
            node.Rejections = 0;
            node.NextOfferEpoch = Math.Min(node.NextOfferEpoch, _epoch);
        }
        else if (task.Phase is TaskPhase.Verifying or TaskPhase.Releasing or TaskPhase.Running && fault.Verdict.Attempt == task.Attempts.Count) FailAttempt(task, TaskReason.Rejected, now);
        else if (!later && node.IsActive) LoseProof(node);
    }

    // Nobody who has been banned votes, and its operator brings nobody else, for four times as long as a Proof of Trust holds.
    private void Ban(NaiveNode node)
    {
        if (node.IsBanned) return;
        if (node.OpenCase is { } open) Close(_cases[open]);
        node.EndTenure(_epoch);
        node.IsBanned = true;
        _bannedOperators[node.Operator] = _epoch + 1 + 4 * _times.QualificationEpochs;
    }

    private void ForgetFaults()
    {
        foreach (NaiveFault fault in _faults.Values.Where(fault => fault.ForgetEpoch <= _epoch).ToArray()) _faults.Remove(fault.Id);
        foreach ((PublicKey accuser, _) in _accusers.Where(pair => pair.Value.Open is null && pair.Value.ForgetEpoch <= _epoch).ToArray()) _accusers.Remove(accuser);
        foreach ((PublicKey known, _) in _bannedOperators.Where(pair => pair.Value <= _epoch).ToArray()) _bannedOperators.Remove(known);
    }

    private void NoteVerdict(VerdictEntry verdict, PublicKey signer, bool applied, long now)
    {
        if (_verdicts.Exists(earlier => earlier.Signer == signer && Fit(FaultCharge.DoubleVote, [earlier.Verdict, verdict], [signer, signer]))) Contradicted.TryAdd(signer, now);
        if (applied) _verdicts.Add((signer, verdict));
    }
}
