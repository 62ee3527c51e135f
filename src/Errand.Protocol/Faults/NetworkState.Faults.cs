using Errand.Primitives;

namespace Errand.Protocol;

/// <summary>Accusations (docs/protocol.md section 6.15): what is taken as one, and what is proven by itself.</summary>
public sealed partial class NetworkState
{
    private readonly Dictionary<Bytes32, FaultCase> _faults = [];

    // Cases by claim; follows from the records.
    private readonly Dictionary<Bytes32, FaultCase> _claims = [];
    private readonly Dictionary<PublicKey, AccuserState> _accusers = [];

    /// <summary>Accusations that are being judged, or have been: by the id of their entry.</summary>
    public IReadOnlyDictionary<Bytes32, FaultCase> Faults => _faults;

    /// <summary>Operators that may not accuse now, or whose last accusations were not upheld.</summary>
    public IReadOnlyDictionary<PublicKey, AccuserState> Accusers => _accusers;

    private RefusalReason Apply(FaultEntry fault, EntryContext context)
    {
        RefusalReason refusal = Check(fault, context.Signer, context.Position, out Exhibit[] exhibits, out Bytes32? claim);
        if (refusal != RefusalReason.None) return refusal;
        // The dearest check comes last.
        if (!exhibits.All(exhibit => exhibit.IsSigned())) return RefusalReason.ExhibitSignature;

        PublicKey[] accused = [.. exhibits.Select(exhibit => exhibit.Signer).Distinct()];
        //
        if (claim is { } open) OpenFault(new FaultCase(context.Id, context.Signer, context.Position, fault, exhibits[0].Verdict, open, accused, TakeSnapshot()), _nodes[context.Signer]);
        else foreach (PublicKey id in accused) Ban(_nodes[id], fault.Charge, context.Position);
        return RefusalReason.None;
    }

    /// <summary>None when a verifier's accusation would apply as the next entry, else why not. Signatures of exhibits are not looked at.</summary>
    public RefusalReason CheckMayAccuse(PublicKey signer, FaultEntry fault)
    {
        ArgumentNullException.ThrowIfNull(fault);
        return Check(fault, signer, NextPosition, out _, out _);
    }

    // The claim is what a committee is to find out; null when nothing is left to find out.
    private RefusalReason Check(FaultEntry fault, PublicKey signer, long position, out Exhibit[] exhibits, out Bytes32? claim)
    {
        claim = null;
        exhibits = [];
        RefusalReason refusal = CheckAccuser(signer, out NodeState accuser);
        if (refusal != RefusalReason.None) return refusal;
        Exhibit?[] read = [.. fault.Exhibits.Select(frame => Exhibit.TryRead(Network, Terms.RulesVersion, frame.Span))];
        if (read.Contains(null)) return RefusalReason.Exhibit;
        exhibits = [.. read.OfType<Exhibit>()];
        if (!Fit(fault.Charge, exhibits)) return RefusalReason.ExhibitsDiffer;
        foreach (Exhibit exhibit in exhibits)
            if (!_nodes.TryGetValue(exhibit.Signer, out NodeState? node) || !node.Roles.HasFlag(NodeRoles.Verifier)) return RefusalReason.UnknownAccused;
        foreach (Exhibit exhibit in exhibits)
            if (_nodes[exhibit.Signer].IsBanned) return RefusalReason.AlreadyBanned;
        if (fault.Charge == FaultCharge.DoubleVote) return RefusalReason.None;
        if (!IsAboutEvidence(fault, exhibits[0].Verdict, position)) return RefusalReason.UnknownCase;
        Bytes32 question = FaultCase.ClaimOf(Network, fault, exhibits[0]);
        // What a committee has found holds for all who said the same: those whose verdicts come to light later too.
        if (_claims.TryGetValue(question, out FaultCase? known) && known.Result == BallotResult.Accepted) return RefusalReason.None;
        claim = question;
        return CheckMayOpen(accuser, known);
    }

    private RefusalReason CheckAccuser(PublicKey signer, out NodeState accuser)
    {
        if (!_nodes.TryGetValue(signer, out accuser!) || !accuser.Roles.HasFlag(NodeRoles.Verifier)) return RefusalReason.UnknownNode;
        if (accuser.KeyAt(Clock.Epoch) is null) return RefusalReason.NotInSnapshot;
        return accuser.IsActive ? RefusalReason.None : RefusalReason.Disqualified;
    }

    private RefusalReason CheckMayOpen(NodeState accuser, FaultCase? known)
    {
        if (Clock.Weight < Terms.Committee.VerifiersMin) return RefusalReason.NetworkTooSmall;
        if (known is not null) return RefusalReason.FaultExists;
        if (!_accusers.TryGetValue(accuser.Operator, out AccuserState? state)) return RefusalReason.None;
        if (state.OpenCase is not null) return RefusalReason.AccusationOpen;
        return Clock.Epoch < state.NextEpoch ? RefusalReason.AccuserCooldown : RefusalReason.None;
    }

    // What the exhibits must be to each other, by charge.
    private static bool Fit(FaultCharge charge, Exhibit[] exhibits)
    {
        VerdictEntry first = exhibits[0].Verdict;
        return charge switch
        {
            FaultCharge.DoubleVote => exhibits.Length == 2 && exhibits[0].Signer == exhibits[1].Signer && Exhibit.Contradict(first, exhibits[1].Verdict),
            // Verdicts on accusations are not judged in their turn: that would have no end.
            FaultCharge.AppraisalDigest => exhibits.Length == 1 && first.Role != CommitteeRole.Fault,
            FaultCharge.WrongFinding => first.Role != CommitteeRole.Fault && (exhibits.Length == 1 || !FaultCase.IsOfOneVerdict(charge, first))
                && exhibits.All(exhibit => Exhibit.IsSameCase(first, exhibit.Verdict) && exhibit.Verdict.Accept == first.Accept)
                && exhibits.Zip(exhibits.Skip(1)).All(pair => pair.First.Signer.CompareTo(pair.Second.Signer) < 0),
            _ => throw new InvalidOperationException($"Unexpected charge {charge}."),
        };
    }

    // The state holds tasks, and cases only while they are open: of a case that has closed the committee looks at what is said here.
    private bool IsAboutEvidence(FaultEntry fault, VerdictEntry verdict, long position)
    {
        if (fault.EvidencePosition >= position || !_nodes.ContainsKey(fault.Node!.Value)) return false;
        if (verdict.Role == CommitteeRole.Task)
        {
            return _tasks.TryGetValue(new TaskId(verdict.CaseId), out TaskState? task) && verdict.Attempt >= 1 && verdict.Attempt <= task.Attempts.Count
                && task.Attempts[verdict.Attempt - 1] is var attempt && attempt.Executor == fault.Node && attempt.EvidencePosition == fault.EvidencePosition
                && attempt.EvidenceDigest == verdict.EvidenceDigest && attempt.EvidenceRoot == verdict.Root;
        }
        return verdict.Attempt == 1 && (!_cases.TryGetValue(verdict.CaseId, out TrustCase? open)
            || (open.Node == fault.Node && open.OfferPosition == fault.EvidencePosition && open.EvidenceDigest == verdict.EvidenceDigest && open.EvidenceRoot == verdict.Root));
    }
}
