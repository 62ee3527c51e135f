using Errand.Primitives;

namespace Errand.Protocol.Tests;

/// <summary>What follows when a committee upholds an accusation: for those who voted so, and for the node that they judged.</summary>
public sealed class UpheldTests
{
    private readonly TestNetwork _network = TestNetwork.WithExecutors();

    [Fact]
    public void T_61_lazy_copy()
    {
        _network.ProveFounders(2);
        TestTask task = _network.MustSubmit().RunTo(TaskPhase.Verifying);
        TestActor honest = _network.Verifiers[0], lazy = _network.Verifiers[1];
        VerdictEntry own = _network.TaskVerdict(honest, task.State, accept: true);
        // The digest holds its operator and its VRF output, so that the neighbour's is wrong for everybody else.
        VerdictEntry copied = _network.TaskVerdict(lazy, task.State, accept: true) with { AppraisalDigest = own.AppraisalDigest };
        _network.Must(honest, own);
        _network.Must(lazy, copied);
        FaultCase fault = _network.MustAccuse(honest, _network.Accusation(FaultCharge.AppraisalDigest, task.State, (lazy, copied)));
        _network.JudgeFault(fault, uphold: true);
        Assert.Equal((BallotResult.Accepted, "appraisal-digest"), (fault.Result, fault.Charge.Code()));
        Assert.True(_network.State.Nodes[lazy.Id].IsBanned);
        Assert.Equal(lazy.EkId, Assert.Single(_network.State.BannedKeys.Keys));
        Assert.Equal(lazy.Operator.Id.Value, Assert.Single(_network.State.BannedOperators.Keys));
        Assert.False(_network.State.Nodes[honest.Id].IsBanned);
        // The vote was right: only what it stands on was not.
        Assert.Equal(TaskPhase.Verifying, task.State.Phase);
    }

    [Fact]
    public void All_who_are_charged_are_banned_and_so_are_others_who_said_the_same_once_their_verdicts_are_brought()
    {
        TestTask task = _network.MustSubmit().RunTo(TaskPhase.Verifying);
        TestActor[] liars = [.. _network.Verifiers.Take(2)];
        TestActor third = _network.Verifiers[2], accuser = _network.Verifiers[3];
        FaultEntry fault = Wrong(task, accept: true, liars), later = Wrong(task, accept: true, third);
        _network.JudgeFault(_network.MustAccuse(accuser, fault), uphold: true);
        Assert.All(liars, liar => Assert.True(_network.State.Nodes[liar.Id].IsBanned));
        Assert.False(_network.State.Nodes[third.Id].IsBanned);
        _network.Refused("refused/already-banned", accuser, fault);
        // The question has been answered: no second committee.
        _network.Must(accuser, later);
        Assert.True(_network.State.Nodes[third.Id].IsBanned);
        Assert.Single(_network.State.Faults);
        Assert.Equal(3, _network.State.BannedOperators.Count);
    }

    [Fact]
    public void A_false_accept_ends_the_attempt_that_stands_on_it()
    {
        foreach (TaskPhase phase in new[] { TaskPhase.Verifying, TaskPhase.Releasing, TaskPhase.Running })
        {
            TestNetwork network = TestNetwork.WithExecutors(change: LongWindows);
            TestTask task = network.MustSubmit().RunTo(phase);
            TestActor executor = task.Executor;
            FaultCase fault = network.MustAccuse(network.Verifiers[9], Wrong(network, task, accept: true, network.Verifiers[0]));
            network.JudgeFault(fault, uphold: true);
            Assert.Equal((TaskPhase.Attesting, 2, TaskReason.Rejected), (task.State.Phase, task.State.Attempts.Count, task.State.Attempts[0].Failure));
            NodeState node = network.State.Nodes[executor.Id];
            Assert.True(node is { Disqualified: true, Proven: false, Strikes: 1 });
            new InvariantJudge(network.State).CheckAll();
        }
    }

    [Fact]
    public void A_false_accept_found_out_later_leaves_the_task_as_it_ended_and_takes_the_executors_proof()
    {
        TestTask task = _network.MustSubmit().RunTo(TaskPhase.Verifying);
        TestActor executor = task.Executor;
        FaultEntry entry = Wrong(task, accept: true, _network.Verifiers[0]);
        task.RunTo(TaskPhase.Ended);
        _network.JudgeFault(_network.MustAccuse(_network.Verifiers[9], entry), uphold: true);
        Assert.Equal("task:completed", task.Outcome);
        Assert.True(_network.State.Nodes[executor.Id] is { Disqualified: true, Proven: false, Strikes: 0 });
    }

    [Fact]
    public void A_proof_that_came_after_the_evidence_stays()
    {
        TestTask task = _network.MustSubmit().RunTo(TaskPhase.Verifying);
        TestActor executor = task.Executor;
        FaultEntry entry = Wrong(task, accept: true, _network.Verifiers[0]);
        task.RunTo(TaskPhase.Ended);
        _network.AdvanceTo(_network.Boundary(_network.State.Clock.Epoch + _network.Times.PauseEpochs + 1));
        _network.ProveTrust(executor);
        _network.JudgeFault(_network.MustAccuse(_network.Verifiers[9], entry), uphold: true);
        Assert.True(_network.State.Nodes[executor.Id] is { Disqualified: false, Proven: true });
    }

    [Fact]
    public void A_node_that_was_rejected_falsely_may_offer_at_once()
    {
        TestTask task = _network.MustSubmit().RunTo(TaskPhase.Verifying);
        TestActor executor = task.Executor;
        FaultEntry entry = Wrong(task, accept: false, [.. _network.Verifiers.Take(2)]);
        task.Judge(accept: false);
        FaultCase fault = _network.MustAccuse(_network.Verifiers[9], entry);
        NodeState node = _network.State.Nodes[executor.Id];
        Assert.True(node is { Disqualified: true, RejectionsInRow: 1 });
        _network.JudgeFault(fault, uphold: true);
        Assert.Equal(0, node.RejectionsInRow);
        Assert.True(node.NextOfferEpoch <= _network.State.Clock.Epoch);
        _network.ProveTrust(executor);
        Assert.True(node.Proven);
    }

    [Fact]
    public void A_node_whose_offer_was_accepted_falsely_loses_its_proof()
    {
        TestActor newcomer = _network.Node("newcomer", _network.SpareOperators[0], NodeRoles.Verifier);
        _network.Must(newcomer, _network.Registration(newcomer));
        TrustCase trustCase = _network.MustOffer(newcomer);
        _network.NextEpoch();
        FaultEntry entry = _network.Accusation(FaultCharge.WrongFinding, trustCase, _network.Verifiers.Take(2).Select(liar => (liar, _network.TrustVerdict(liar, trustCase, accept: true))));
        FaultEntry ofAnother = entry with { EvidencePosition = entry.EvidencePosition - 1 };
        foreach (TestActor verifier in _network.Verifiers.Take(7)) _network.Must(verifier, _network.TrustVerdict(verifier, trustCase, accept: true));
        NodeState node = _network.State.Nodes[newcomer.Id];
        Assert.True(node.Proven);
        // Of a case that has closed the fold knows nothing: which entry brought the evidence is for the committee to see.
        FaultCase wrong = _network.MustAccuse(_network.Verifiers[8], ofAnother);
        FaultCase right = _network.MustAccuse(_network.Verifiers[9], entry);
        _network.NextEpoch();
        _network.JudgeFault(wrong, uphold: false);
        _network.JudgeFault(right, uphold: true);
        Assert.True(node is { Proven: false, Disqualified: true });
        Assert.All(_network.Verifiers.Take(2), liar => Assert.True(_network.State.Nodes[liar.Id].IsBanned));
    }

    [Fact]
    public void Cases_that_have_been_judged_leave_the_state_once_nothing_can_bring_them_again()
    {
        TestNetwork network = TestNetwork.WithExecutors(change: genesis => genesis with { Times = genesis.Times with { QualificationEpochs = 50 } });
        int before = Records(network.State);
        TestTask task = network.MustSubmit().RunTo(TaskPhase.Verifying);
        FaultEntry entry = Wrong(network, task, accept: true, network.Verifiers[0]);
        FaultCase upheld = network.MustAccuse(network.Verifiers[1], entry);
        FaultCase dismissed = network.MustAccuse(network.Verifiers[2], Wrong(network, task, accept: false, network.Verifiers[3]));
        network.JudgeFault(upheld, uphold: true);
        network.JudgeFault(dismissed, uphold: false);
        Assert.Equal(network.State.Clock.Epoch + 51, upheld.ForgetEpoch);
        Assert.Empty(upheld.Rounds);
        Assert.Equal(before + 4, Records(network.State));
        network.AdvanceTo(network.Boundary(upheld.ForgetEpoch) - 1);
        Assert.Equal(2, network.State.Faults.Count);
        network.AdvanceTo(network.Boundary(upheld.ForgetEpoch));
        Assert.Empty(network.State.Faults);
        network.AdvanceTo(network.Boundary(Assert.Single(network.State.BannedOperators.Values).UntilEpoch));
        Assert.Equal(before, Records(network.State));
        Assert.Equal(network.State.Root(), network.Replay().Root());

        static int Records(NetworkState state) => state.Faults.Count + state.Accusers.Count + state.BannedKeys.Count + state.BannedOperators.Count;
    }

    private FaultEntry Wrong(TestTask task, bool accept, params TestActor[] verifiers) => Wrong(_network, task, accept, verifiers);

    private static FaultEntry Wrong(TestNetwork network, TestTask task, bool accept, params TestActor[] verifiers) =>
        network.Accusation(FaultCharge.WrongFinding, task.State, verifiers.Select(verifier => (verifier, network.TaskVerdict(verifier, task.State, accept))));

    private static Genesis LongWindows(Genesis genesis) =>
        genesis with { Times = genesis.Times with { RoundMilliseconds = 600_000, ReleaseMilliseconds = 600_000, RunMilliseconds = 600_000 } };
}
