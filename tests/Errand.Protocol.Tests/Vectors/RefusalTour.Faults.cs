using Errand.Primitives;

namespace Errand.Protocol.Tests;

/// <summary>Refusals that accusations and bans meet.</summary>
internal static partial class RefusalTour
{
    // Last: who is banned is missing from then on.
    private static void OfFaults(TestNetwork network)
    {
        TestActor accuser = network.Verifiers[7], right = network.Verifiers[8], twice = network.Verifiers[9];
        network.Must(twice, network.Registration(twice));
        network.ProveTrust(twice);
        network.NextEpoch();
        TestTask task = Verifying(network);
        VerdictEntry accept = network.TaskVerdict(right, task.State, accept: true);
        FaultEntry wrong = network.Accusation(FaultCharge.WrongFinding, task.State, (right, accept));
        FaultEntry digest = network.Accusation(FaultCharge.AppraisalDigest, task.State, (right, accept));
        FaultEntry doubled = network.Accusation(FaultCharge.DoubleVote, (twice, network.TaskVerdict(twice, task.State, accept: true)), (twice, network.TaskVerdict(twice, task.State, accept: false)));
        byte[] forged = wrong.Exhibits[0].ToArray();
        forged[^1] ^= 1;

        network.Refused("refused/exhibit", accuser, wrong with { Exhibits = [network.Sign(right, new TickEntry())] });
        network.Refused("refused/exhibits-differ", accuser, wrong with { Exhibits = [wrong.Exhibits[0], wrong.Exhibits[0]] });
        network.Refused("refused/unknown-accused", accuser, network.Accusation(FaultCharge.WrongFinding, task.State, (network.Requester, accept)));
        network.Refused("refused/exhibit-signature", accuser, wrong with { Exhibits = [forged] });
        FaultCase fault = network.MustAccuse(accuser, wrong);
        network.Refused("refused/accusation-open", accuser, digest);
        network.Refused("refused/fault-exists", network.Verifiers[6], wrong);
        network.JudgeFault(fault, uphold: false);
        network.Refused("refused/accuser-cooldown", accuser, digest);

        network.Must(accuser, doubled);
        network.Refused("refused/already-banned", accuser, doubled);
        TestActor successor = network.Node("successor of a banned verifier", twice.Operator, NodeRoles.Verifier);
        network.Refused("refused/operator-banned", successor, network.Registration(successor));
        TestActor thief = network.Node("on a banned TPM", network.SpareOperators[2], NodeRoles.Executor);
        network.Must(thief, network.Registration(thief));
        network.Refused("refused/ek-banned", thief, TestNetwork.Offer(thief) with { EkId = twice.EkId });
        network.Must(network.Requester, new WithdrawEntry { Task = task.Id });
    }

    // By the executors that the tour has left.
    private static TestTask Verifying(TestNetwork network)
    {
        TestTask task = network.MustSubmit().RunTo(TaskPhase.Drawing);
        while (task.State.Phase == TaskPhase.Drawing) network.AdvanceTo(task.State.PhaseDueMilliseconds);
        foreach (TestActor executor in (TestActor[])[network.Executors[0], network.Executors[2], network.Executors[3]]) network.Apply(executor, task.Claim(executor));
        network.AdvanceTo(task.State.PhaseDueMilliseconds);
        return task.RunTo(TaskPhase.Verifying);
    }
}
