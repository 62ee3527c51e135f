using Errand.Primitives;

namespace Errand.Protocol.Tests;

/// <summary>What is taken as an accusation that a committee judges, and what an accuser risks.</summary>
public sealed class AccusationTests
{
    private readonly TestNetwork _network = TestNetwork.WithExecutors();

    [Fact]
    public void The_committee_is_drawn_with_a_beacon_value_that_nobody_knew()
    {
        TestTask task = _network.MustSubmit().RunTo(TaskPhase.Verifying);
        long epoch = _network.State.Clock.Epoch;
        FaultCase fault = _network.MustAccuse(_network.Verifiers[1], Wrong(task, 0));
        Assert.Equal((epoch, 10, BallotResult.Open, null), (fault.SnapshotEpoch, fault.Weight, fault.Result, fault.Randomness));
        Assert.Equal(_network.History.Count - 1, fault.Position);
        VerdictEntry early = _network.TaskVerdict(_network.Verifiers[2], task.State, accept: true) with { Role = CommitteeRole.Fault, CaseId = fault.Entry.Value };
        _network.Refused("refused/too-early", _network.Verifiers[2], early);
        _network.NextEpoch();
        Assert.Equal(_network.State.Clock.Randomness.Randomness, fault.Randomness);
        Assert.Equal((7, 4), (fault.Current!.AcceptsNeeded, fault.Current.RejectsNeeded));
    }

    [Fact]
    public void Members_are_those_of_the_snapshot_with_a_seat_and_nobody_judges_its_own_case()
    {
        TestTask task = _network.MustSubmit().RunTo(TaskPhase.Verifying);
        FaultCase fault = _network.MustAccuse(_network.Verifiers[2], Wrong(task, 0, 1));
        _network.NextEpoch();
        TestActor member = _network.Verifiers[3];
        VerdictEntry good = _network.FaultVerdict(member, fault, uphold: true);
        foreach (TestActor accused in _network.Verifiers.Take(2)) _network.Refused("refused/own-case", accused, _network.FaultVerdict(accused, fault, uphold: false));
        _network.Refused("refused/unknown-node", _network.Executors[0], good);
        _network.Refused("refused/unknown-case", member, good with { CaseId = task.Id.Value });
        _network.Refused("refused/unknown-case", member, good with { Attempt = 2 });
        _network.Refused("refused/too-early", member, good with { Round = 2 });
        _network.Refused("refused/evidence-mismatch", member, good with { EvidenceDigest = default });
        _network.Refused("refused/root-mismatch", member, good with { Root = default });
        _network.Refused("refused/vrf-proof", member, good with { Proof = _network.FaultVerdict(_network.Verifiers[4], fault, uphold: true).Proof });
        _network.Refused("refused/malformed-field", _network.Sign(member, good with { Role = CommitteeRole.Claim }));
        _network.Must(member, good);
        _network.Refused("refused/already-voted", member, good);
        _network.Must(_network.Verifiers[2], _network.FaultVerdict(_network.Verifiers[2], fault, uphold: true));
        TestActor newcomer = _network.Node("newcomer", _network.SpareOperators[0], NodeRoles.Verifier);
        _network.Must(newcomer, _network.Registration(newcomer));
        _network.Refused("refused/not-in-snapshot", newcomer, _network.FaultVerdict(newcomer, fault, uphold: true));
        Assert.Equal(2, fault.Current!.Accepts);
        _network.AdvanceTo(fault.Current.OpenedMilliseconds + _network.Times.RoundMilliseconds);
        _network.Refused("refused/late", member, good);
    }

    [Fact]
    public void An_accusation_must_be_about_the_evidence_that_the_state_knows()
    {
        TestTask task = _network.MustSubmit().RunTo(TaskPhase.Verifying);
        TestActor accuser = _network.Verifiers[1], accused = _network.Verifiers[0];
        FaultEntry good = Wrong(task, 0);
        VerdictEntry verdict = _network.TaskVerdict(accused, task.State, accept: true);
        PublicKey other = _network.Executors.First(executor => executor.Id != task.State.Attempt!.Executor).Id;
        Refused("refused/unknown-case", good with { Node = other });
        Refused("refused/unknown-case", good with { EvidencePosition = good.EvidencePosition - 1 });
        Refused("refused/unknown-case", good with { EvidencePosition = _network.History.Count });
        foreach (VerdictEntry changed in new[] { verdict with { CaseId = default }, verdict with { Attempt = 0 }, verdict with { Attempt = 2 }, verdict with { EvidenceDigest = default }, verdict with { Root = default } })
            Refused("refused/unknown-case", _network.Accusation(FaultCharge.WrongFinding, task.State, (accused, changed)));
        _network.MustAccuse(accuser, good);

        TestActor offering = _network.Verifiers[9];
        _network.Must(offering, _network.Registration(offering));
        TrustCase trustCase = _network.MustOffer(offering);
        _network.NextEpoch();
        VerdictEntry ofOffer = _network.TrustVerdict(accused, trustCase, accept: true);
        accuser = _network.Verifiers[2];
        FaultEntry about = _network.Accusation(FaultCharge.WrongFinding, trustCase, (accused, ofOffer));
        Refused("refused/unknown-case", about with { Node = _network.Verifiers[8].Id });
        Refused("refused/unknown-case", about with { Node = new PublicKey(default) });
        Refused("refused/unknown-case", about with { EvidencePosition = about.EvidencePosition - 1 });
        Refused("refused/unknown-case", _network.Accusation(FaultCharge.WrongFinding, trustCase, (accused, ofOffer with { Root = default })));
        Refused("refused/unknown-case", _network.Accusation(FaultCharge.WrongFinding, trustCase, (accused, ofOffer with { Attempt = 2 })));
        _network.MustAccuse(accuser, about);

        void Refused(string code, FaultEntry fault) => _network.Refused(code, accuser, fault);
    }

    [Fact]
    public void Verdicts_in_one_accusation_say_the_same_of_the_same()
    {
        TestTask task = _network.MustSubmit().RunTo(TaskPhase.Verifying);
        TestActor accuser = _network.Verifiers[9], one = _network.Verifiers[0], two = _network.Verifiers[1];
        VerdictEntry ofOne = _network.TaskVerdict(one, task.State, accept: true), ofTwo = _network.TaskVerdict(two, task.State, accept: true);
        FaultEntry both = Wrong(task, 0, 1);
        Refused(both with { Exhibits = [both.Exhibits[1], both.Exhibits[0]] });
        Refused(both with { Exhibits = [both.Exhibits[0], both.Exhibits[0]] });
        Refused(Of((one, ofOne), (two, ofTwo with { Accept = false, Reasons = [1] })));
        Refused(Of((one, ofOne), (two, ofTwo with { Attempt = 2 })));
        Refused(Of((one, ofOne), (two, ofTwo with { Root = default })));
        Refused(both with { Charge = FaultCharge.AppraisalDigest });

        TestActor offering = _network.Verifiers[8];
        _network.Must(offering, _network.Registration(offering));
        TrustCase trustCase = _network.MustOffer(offering);
        _network.NextEpoch();
        // A reject of an offer may stand on an answer that one verifier was not given: each is judged by itself.
        Refused(_network.Accusation(FaultCharge.WrongFinding, trustCase, (one, _network.TrustVerdict(one, trustCase, accept: false)), (two, _network.TrustVerdict(two, trustCase, accept: false))));
        FaultCase fault = _network.MustAccuse(accuser, _network.Accusation(FaultCharge.WrongFinding, trustCase, (one, _network.TrustVerdict(one, trustCase, accept: true)), (two, _network.TrustVerdict(two, trustCase, accept: true))));
        _network.NextEpoch();
        // Who judges accusations is not accused in turn: that would have no end.
        accuser = _network.Verifiers[3];
        VerdictEntry ofFault = _network.FaultVerdict(one, fault, uphold: true);
        Refused(_network.Accusation(FaultCharge.WrongFinding, trustCase, (one, ofFault)));
        Refused(_network.Accusation(FaultCharge.AppraisalDigest, trustCase, (one, ofFault)));

        FaultEntry Of(params (TestActor, VerdictEntry)[] verdicts) => _network.Accusation(FaultCharge.WrongFinding, task.State, verdicts);
        void Refused(FaultEntry fault) => _network.Refused("refused/exhibits-differ", accuser, fault);
    }

    [Fact]
    public void One_accusation_of_an_operator_and_one_case_of_a_claim_at_a_time()
    {
        TestTask task = _network.MustSubmit().RunTo(TaskPhase.Verifying);
        FaultCase fault = _network.MustAccuse(_network.Verifiers[1], Wrong(task, 0));
        Assert.Equal(fault.Entry, _network.State.Accusers[_network.Verifiers[1].Operator.Id].OpenCase);
        FaultEntry digest = _network.Accusation(FaultCharge.AppraisalDigest, task.State, (_network.Verifiers[3], _network.TaskVerdict(_network.Verifiers[3], task.State, accept: true)));
        _network.Refused("refused/accusation-open", _network.Verifiers[1], digest);
        // The same question, whoever of those who answered it so is named.
        _network.Refused("refused/fault-exists", _network.Verifiers[2], Wrong(task, 0));
        _network.Refused("refused/fault-exists", _network.Verifiers[2], Wrong(task, 0, 3));
        _network.MustAccuse(_network.Verifiers[2], digest);
        // What is proven needs no committee and no turn.
        TestActor liar = _network.Verifiers[4];
        _network.Must(_network.Verifiers[1], _network.Accusation(FaultCharge.DoubleVote,
            (liar, _network.TaskVerdict(liar, task.State, accept: true)), (liar, _network.TaskVerdict(liar, task.State, accept: false))));
    }

    [Fact]
    public void An_accusation_that_is_not_upheld_costs_a_pause_that_doubles_and_is_forgotten()
    {
        TestActor accuser = _network.Verifiers[1];
        TestTask task = _network.MustSubmit().RunTo(TaskPhase.Verifying);
        FaultEntry first = Wrong(task, 0);
        _network.JudgeFault(_network.MustAccuse(accuser, first), uphold: false);
        AccuserState state = _network.State.Accusers[accuser.Operator.Id];
        Assert.Equal((null, 1, _network.State.Clock.Epoch + 17, _network.State.Clock.Epoch + 33), (state.OpenCase, state.Failures, state.NextEpoch, state.ForgetEpoch));
        Assert.False(_network.State.Nodes[_network.Verifiers[0].Id].IsBanned);
        FaultEntry other = _network.Accusation(FaultCharge.AppraisalDigest, task.State, (_network.Verifiers[0], _network.TaskVerdict(_network.Verifiers[0], task.State, accept: true)));
        Assert.Equal(RefusalReason.AccuserCooldown, _network.State.CheckMayAccuse(accuser.Id, other));
        Assert.Equal(RefusalReason.None, _network.State.CheckMayAccuse(_network.Verifiers[2].Id, other));
        // What was judged is judged once.
        _network.Refused("refused/fault-exists", _network.Verifiers[2], first);

        TestTask next = _network.MustSubmit().RunTo(TaskPhase.Verifying);
        FaultEntry second = Wrong(next, 0);
        _network.AdvanceTo(_network.Boundary(state.NextEpoch) - 1);
        _network.Refused("refused/accuser-cooldown", accuser, second);
        _network.AdvanceTo(_network.Boundary(state.NextEpoch));
        _network.JudgeFault(_network.MustAccuse(accuser, second), uphold: false);
        Assert.Equal((2, _network.State.Clock.Epoch + 33), (state.Failures, state.NextEpoch));
        Assert.Same(state, _network.State.Accusers[accuser.Operator.Id]);

        _network.AdvanceTo(_network.Boundary(state.ForgetEpoch) - 1);
        Assert.Single(_network.State.Accusers);
        _network.AdvanceTo(_network.Boundary(state.ForgetEpoch));
        Assert.Empty(_network.State.Accusers);
        Assert.Equal(2, _network.State.Faults.Count);
    }

    [Fact]
    public void An_accusation_on_which_no_round_decides_may_be_brought_again_by_others()
    {
        TestTask task = _network.MustSubmit().RunTo(TaskPhase.Verifying);
        FaultEntry entry = Wrong(task, 0);
        FaultCase fault = _network.MustAccuse(_network.Verifiers[1], entry);
        _network.NextEpoch();
        for (int round = 1; round <= 3; round++)
        {
            Assert.Equal(round, fault.Current!.Round);
            _network.AdvanceTo(fault.Current.OpenedMilliseconds + _network.Times.RoundMilliseconds);
        }
        Assert.Equal(BallotResult.Undecided, fault.Result);
        Assert.Empty(_network.State.Faults);
        Assert.Equal(1, _network.State.Accusers[_network.Verifiers[1].Operator.Id].Failures);
        _network.Refused("refused/accuser-cooldown", _network.Verifiers[1], entry);
        _network.JudgeFault(_network.MustAccuse(_network.Verifiers[2], entry), uphold: true);
        Assert.True(_network.State.Nodes[_network.Verifiers[0].Id].IsBanned);
        // Who was right has no pause and no mark.
        Assert.Equal(_network.Verifiers[1].Operator.Id, Assert.Single(_network.State.Accusers.Keys));
    }

    [Fact]
    public void No_case_opens_in_a_network_that_is_too_small()
    {
        TestNetwork network = new(verifiers: 5, change: genesis => genesis with { Times = genesis.Times with { FoundingEpochs = 40 } });
        network.Admit(network.Executors);
        network.ProveFounders(4);
        TestTask task = network.MustSubmit().RunTo(TaskPhase.Verifying);
        VerdictEntry verdict = network.TaskVerdict(network.Verifiers[0], task.State, accept: true);
        FaultEntry fault = network.Accusation(FaultCharge.WrongFinding, task.State, (network.Verifiers[0], verdict));
        network.AdvanceTo(network.Boundary(40));
        Assert.Equal(4, network.State.Clock.Weight);
        network.Refused("refused/network-too-small", network.Verifiers[1], fault);
        Assert.Equal(RefusalReason.NetworkTooSmall, network.State.CheckMayAccuse(network.Verifiers[1].Id, fault));
        // What proves itself needs no committee.
        network.Must(network.Verifiers[1], network.Accusation(FaultCharge.DoubleVote, (network.Verifiers[0], verdict), (network.Verifiers[0], verdict with { Accept = false, Reasons = [1] })));
    }

    [Fact]
    public void The_entry_has_one_form()
    {
        TestTask task = _network.MustSubmit().RunTo(TaskPhase.Verifying);
        FaultEntry good = Wrong(task, 0);
        TestActor accuser = _network.Verifiers[1];
        Malformed(good with { Charge = FaultCharge.None });
        Malformed(good with { Charge = FaultCharge.AppraisalDigest + 1 });
        Malformed(good with { Exhibits = [] });
        Malformed(good with { Exhibits = [new byte[ProtocolLimits.ExhibitSizeMax + 1]] });
        Malformed(good with { Exhibits = [.. Enumerable.Repeat(good.Exhibits[0], ProtocolLimits.ExhibitsMax + 1)] });
        Malformed(good with { Charge = FaultCharge.DoubleVote });
        Malformed(good with { Node = null, EvidencePosition = null });
        _network.MustAccuse(accuser, good);

        void Malformed(FaultEntry fault) => _network.Refused("refused/malformed-field", accuser, fault);
    }

    private FaultEntry Wrong(TestTask task, params int[] verifiers) => _network.Accusation(FaultCharge.WrongFinding, task.State,
        verifiers.Select(i => (_network.Verifiers[i], _network.TaskVerdict(_network.Verifiers[i], task.State, accept: true))));
}
