using Errand.Primitives;

namespace Errand.Protocol.Tests;

/// <summary>Accusations, and committees over them.</summary>
internal sealed partial class TestNetwork
{
    /// <summary>Verdicts as their verifiers sign them, in the order of a charge.</summary>
    public FaultEntry Accusation(FaultCharge charge, params IEnumerable<(TestActor Verifier, VerdictEntry Verdict)> verdicts) => new()
    {
        Charge = charge,
        Exhibits = [.. verdicts.OrderBy(pair => pair.Verifier.Id).Select(pair => (ReadOnlyMemory<byte>)Sign(pair.Verifier, pair.Verdict))],
    };

    /// <summary>The same about the evidence of a task's present attempt.</summary>
    public FaultEntry Accusation(FaultCharge charge, TaskState task, params IEnumerable<(TestActor Verifier, VerdictEntry Verdict)> verdicts) =>
        Accusation(charge, verdicts) with { Node = task.Attempt!.Executor, EvidencePosition = task.Attempt.EvidencePosition };

    /// <summary>The same about the offer of a case.</summary>
    public FaultEntry Accusation(FaultCharge charge, TrustCase trustCase, params IEnumerable<(TestActor Verifier, VerdictEntry Verdict)> verdicts) =>
        Accusation(charge, verdicts) with { Node = trustCase.Node, EvidencePosition = trustCase.OfferPosition };

    /// <summary>Appends an accusation that must open a case, and gives it.</summary>
    public FaultCase MustAccuse(TestActor accuser, FaultEntry fault)
    {
        ApplyResult result = Append(Sign(accuser, fault));
        if (!result.Applied) throw new InvalidOperationException($"The accusation by {accuser} was refused: {result.Refusal.Code()}.");
        accuser.NextSequence++;
        return State.Faults[result.Entry.Id.Value];
    }

    /// <summary>A verdict on an accusation whose committee is drawn.</summary>
    public VerdictEntry FaultVerdict(TestActor verifier, FaultCase fault, bool uphold) => Verdict(
        verifier,
        CommitteeRole.Fault,
        fault.Entry.Value,
        Lottery.Input(Network, CommitteeRole.Fault, fault.Entry.Value, fault.Randomness!.Value, 1, fault.Rounds.Count),
        1,
        fault.Rounds.Count,
        fault.Claim,
        fault.EvidenceRoot,
        uphold);

    /// <summary>Has the committee judge an accusation, all of one mind.</summary>
    public void JudgeFault(FaultCase fault, bool uphold)
    {
        if (fault.Randomness is null) NextEpoch();
        HashSet<PublicKey> interested = [.. fault.Accused.Append(fault.Node).Select(id => State.Nodes[id].Operator)];
        foreach (TestActor verifier in Verifiers.Where(verifier => State.Nodes[verifier.Id].IsActive && !interested.Contains(verifier.Operator.Id)))
        {
            if (fault.Result != BallotResult.Open) break;
            MustUnlessNoSeat(verifier, FaultVerdict(verifier, fault, uphold));
        }
        if (fault.Result == BallotResult.Open) throw new InvalidOperationException("The accusation was not decided.");
    }

    /// <summary>Has founding verifiers prove their machines, so that they stand on hardware.</summary>
    public void ProveFounders(int count)
    {
        foreach (TestActor founder in Verifiers.Take(count))
        {
            Must(founder, Registration(founder));
            ProveTrust(founder);
        }
        NextEpoch();
    }
}
