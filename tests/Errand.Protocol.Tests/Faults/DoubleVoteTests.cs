using Errand.Primitives;

namespace Errand.Protocol.Tests;

/// <summary>Two verdicts of one verifier that contradict each other prove themselves.</summary>
public sealed class DoubleVoteTests
{
    private readonly TestNetwork _network = TestNetwork.WithExecutors();

    [Fact]
    public void Two_contradicting_verdicts_ban_a_verifier_whether_the_ledger_holds_them_or_not()
    {
        TestTask task = _network.MustSubmit().RunTo(TaskPhase.Verifying);
        TestActor liar = _network.Verifiers[0];
        FaultEntry fault = Charge(liar, Verdict(liar, task, accept: true), Verdict(liar, task, accept: false));
        _network.Must(_network.Verifiers[1], fault);
        NodeState banned = _network.State.Nodes[liar.Id];
        Assert.True(banned.IsBanned && banned.Retired && !banned.IsActive);
        BanState ban = Assert.Single(_network.State.BannedOperators.Values);
        Assert.Equal((liar.Operator.Id.Value, liar.Id, FaultCharge.DoubleVote), (ban.Id, ban.Node, ban.Charge));
        // A founder that has not proven itself stands on nothing that could be banned.
        Assert.Empty(_network.State.BannedKeys);
        _network.Refused("refused/disqualified", liar, Verdict(liar, task, accept: true));
        _network.Refused("refused/already-banned", _network.Verifiers[1], fault);
        _network.NextEpoch();
        Assert.Equal(9, _network.State.Clock.Weight);
        new InvariantJudge(_network.State).CheckAll();
    }

    [Fact]
    public void A_double_vote_in_a_Proof_of_Trust_is_one_even_after_the_case_has_closed()
    {
        TestActor newcomer = _network.Node("newcomer", _network.SpareOperators[0], NodeRoles.Verifier);
        _network.Must(newcomer, _network.Registration(newcomer));
        TrustCase trustCase = _network.MustOffer(newcomer);
        _network.NextEpoch();
        TestActor liar = _network.Verifiers[0];
        FaultEntry fault = Charge(liar, _network.TrustVerdict(liar, trustCase, accept: true), _network.TrustVerdict(liar, trustCase, accept: false));
        foreach (TestActor verifier in _network.Verifiers.Take(7)) _network.Must(verifier, _network.TrustVerdict(verifier, trustCase, accept: true));
        Assert.Null(_network.CaseOf(newcomer));
        _network.Must(_network.Verifiers[1], fault);
        Assert.True(_network.State.Nodes[liar.Id].IsBanned);
    }

    [Fact]
    public void A_double_vote_on_an_accusation_is_one_too()
    {
        TestTask task = _network.MustSubmit().RunTo(TaskPhase.Verifying);
        TestActor lazy = _network.Verifiers[0], liar = _network.Verifiers[1];
        FaultCase fault = _network.MustAccuse(_network.Verifiers[2], _network.Accusation(FaultCharge.AppraisalDigest, task.State, (lazy, Verdict(lazy, task, accept: true))));
        _network.NextEpoch();
        _network.Must(_network.Verifiers[2], Charge(liar, _network.FaultVerdict(liar, fault, uphold: true), _network.FaultVerdict(liar, fault, uphold: false)));
        Assert.True(_network.State.Nodes[liar.Id].IsBanned);
        _network.JudgeFault(fault, uphold: true);
        Assert.True(_network.State.Nodes[lazy.Id].IsBanned);
    }

    [Fact]
    public void Whoever_leaves_first_is_banned_all_the_same()
    {
        TestNetwork network = new();
        network.ProveFounders(1);
        TestTask task = network.MustSubmit();
        TestActor liar = network.Verifiers[0];
        VerdictEntry accept = Bare(task, accept: true);
        network.Must(liar, new RetireEntry());
        network.Must(network.Verifiers[1], Charge(network, liar, accept, Bare(task, accept: false)));
        Assert.Equal(liar.EkId, Assert.Single(network.State.BannedKeys.Keys));
        Assert.Equal(liar.Operator.Id.Value, Assert.Single(network.State.BannedOperators.Keys));
    }

    [Fact]
    public void Verdicts_that_do_not_contradict_each_other_prove_nothing()
    {
        TestTask task = _network.MustSubmit().RunTo(TaskPhase.Verifying);
        TestActor accuser = _network.Verifiers[1], accused = _network.Verifiers[0];
        VerdictEntry accept = Verdict(accused, task, accept: true), reject = Verdict(accused, task, accept: false);
        VerdictEntry[] harmless =
        [
            accept,
            accept with { Proof = new byte[80] },
            accept with { AppraisalDigest = default },
            reject with { Root = default },
            reject with { EvidenceDigest = default },
            reject with { Round = 2 },
            reject with { Attempt = 2 },
            reject with { CaseId = default },
            reject with { Role = CommitteeRole.ProofOfTrust },
        ];
        foreach (VerdictEntry other in harmless) _network.Refused("refused/exhibits-differ", accuser, Charge(accused, accept, other));
        FaultEntry good = Charge(accused, accept, reject);
        _network.Refused("refused/exhibits-differ", accuser, good with { Exhibits = [good.Exhibits[0]] });
        _network.Refused("refused/exhibits-differ", accuser, good with { Exhibits = [.. good.Exhibits, good.Exhibits[0]] });
        _network.Refused("refused/exhibits-differ", accuser, good with { Exhibits = [good.Exhibits[0], _network.Sign(_network.Verifiers[2], Verdict(_network.Verifiers[2], task, accept: false))] });
        _network.Must(accuser, good);
    }

    [Fact]
    public void Exhibits_must_be_verdicts_that_their_verifiers_signed_for_this_network()
    {
        TestTask task = _network.MustSubmit().RunTo(TaskPhase.Verifying);
        TestActor accuser = _network.Verifiers[1], accused = _network.Verifiers[0], executor = _network.Executors[0];
        VerdictEntry accept = Verdict(accused, task, accept: true), reject = Verdict(accused, task, accept: false);
        FaultEntry good = Charge(accused, accept, reject);
        ReadOnlyMemory<byte> first = good.Exhibits[0];

        byte[] tampered = good.Exhibits[1].ToArray();
        tampered[^1] ^= 1;
        _network.Refused("refused/exhibit-signature", accuser, good with { Exhibits = [first, tampered] });
        byte[] elsewhere = EntrySigner.Sign(new NetworkId(default), accused.Key, 1, reject).Encoded.ToArray();
        _network.Refused("refused/exhibit-signature", accuser, good with { Exhibits = [first, elsewhere] });

        byte[] tick = _network.Sign(accused, new TickEntry());
        byte[] later = _network.Frame(accused, EntrySigner.Payload(1, reject) is var payload && Raise(payload) ? payload : []);
        foreach (byte[] other in new[] { tick, later, tampered[..^1], [0xD2], _network.Frame(accused, [0xFF]) })
            _network.Refused("refused/exhibit", accuser, good with { Exhibits = [first, other] });
        _network.Refused("refused/unknown-accused", accuser, Charge(_network.Requester, accept, reject));
        _network.Refused("refused/unknown-accused", accuser, Charge(executor, accept, reject));

        // The rules version is the first value in the payload.
        static bool Raise(byte[] payload) => (payload[2] = 2) == 2;
    }

    [Fact]
    public void Only_verifiers_that_are_qualified_accuse()
    {
        TestTask task = _network.MustSubmit().RunTo(TaskPhase.Verifying);
        TestActor liar = _network.Verifiers[0], disqualified = _network.Verifiers[1];
        FaultEntry fault = Charge(liar, Verdict(liar, task, accept: true), Verdict(liar, task, accept: false));
        _network.Refused("refused/unknown-node", _network.Requester, fault);
        _network.Refused("refused/unknown-node", _network.Executors[0], fault);
        TestActor newcomer = _network.Node("newcomer", _network.SpareOperators[0], NodeRoles.Verifier);
        _network.Must(newcomer, _network.Registration(newcomer));
        _network.Refused("refused/not-in-snapshot", newcomer, fault);
        _network.Must(disqualified, _network.Registration(disqualified));
        _network.ProveTrust(disqualified, accept: false);
        _network.Refused("refused/disqualified", disqualified, fault);
        // Also about itself: nobody would lose by it but the accuser.
        _network.Must(liar, fault);
        Assert.True(_network.State.Nodes[liar.Id].IsBanned);
    }

    private VerdictEntry Verdict(TestActor verifier, TestTask task, bool accept) => _network.TaskVerdict(verifier, task.State, accept);

    private FaultEntry Charge(TestActor verifier, VerdictEntry one, VerdictEntry other) => Charge(_network, verifier, one, other);

    private static FaultEntry Charge(TestNetwork network, TestActor verifier, VerdictEntry one, VerdictEntry other) =>
        network.Accusation(FaultCharge.DoubleVote, (verifier, one), (verifier, other));

    // What is signed is a fault, whatever it is about: no honest verifier signs both.
    private static VerdictEntry Bare(TestTask task, bool accept) => new()
    {
        Role = CommitteeRole.Task, CaseId = task.Id.Value, Attempt = 1, Round = 1, Proof = new byte[80], EvidenceDigest = default, Root = default,
        Accept = accept, Reasons = accept ? [] : [1], AppraisalDigest = default,
    };
}
