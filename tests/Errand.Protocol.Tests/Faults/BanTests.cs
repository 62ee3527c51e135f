using Errand.Primitives;

namespace Errand.Protocol.Tests;

/// <summary>Bans: neither the hardware nor the operator of a verifier at fault comes back while they last (4 × 50 epochs here).</summary>
public sealed class BanTests
{
    private readonly TestNetwork _network = new(change: genesis => genesis with { Times = genesis.Times with { QualificationEpochs = 50 } });

    [Fact]
    public void A_banned_endorsement_key_does_not_come_back_under_another_operator()
    {
        _network.ProveFounders(1);
        TestActor liar = _network.Verifiers[0];
        TestActor successor = _network.Node("successor", _network.SpareOperators[0], NodeRoles.Verifier);
        _network.Must(successor, _network.Registration(successor));
        Ban(liar);
        BanState ban = Assert.Single(_network.State.BannedKeys.Values);
        Assert.Equal((liar.EkId, _network.State.Clock.Epoch + 1 + 4 * 50), (ban.Id, ban.UntilEpoch));
        OfferEntry same = TestNetwork.Offer(successor) with { EkId = liar.EkId };
        _network.Refused("refused/ek-banned", successor, same);
        _network.AdvanceTo(_network.Boundary(ban.UntilEpoch) - 1);
        _network.Refused("refused/ek-banned", successor, same);
        _network.AdvanceTo(_network.Boundary(ban.UntilEpoch));
        _network.Must(successor, same);
        Assert.Empty(_network.State.BannedKeys);
    }

    [Fact]
    public void A_banned_operator_does_not_come_back_with_another_endorsement_key()
    {
        TestActor liar = _network.Verifiers[0];
        Ban(liar);
        BanState ban = Assert.Single(_network.State.BannedOperators.Values);
        TestActor successor = _network.Node("successor", liar.Operator, NodeRoles.Verifier);
        _network.Refused("refused/operator-banned", successor, _network.Registration(successor));
        _network.Refused("refused/operator-banned", liar, _network.Registration(liar));
        _network.AdvanceTo(_network.Boundary(ban.UntilEpoch) - 1);
        _network.Refused("refused/operator-banned", successor, _network.Registration(successor));
        _network.AdvanceTo(_network.Boundary(ban.UntilEpoch));
        Assert.Empty(_network.State.BannedOperators);
        // The operator may begin anew; the node that lied has gone for good.
        _network.Refused("refused/retired", liar, _network.Registration(liar));
        _network.Must(successor, _network.Registration(successor));
        _network.ProveTrust(successor);
        Assert.True(_network.State.Nodes[liar.Id].IsBanned);
    }

    [Fact]
    public void A_banned_operators_other_nodes_keep_what_they_have_and_add_nothing()
    {
        TestActor liar = _network.Verifiers[0];
        TestActor proven = _network.Node("proven", liar.Operator, NodeRoles.Executor), offering = _network.Node("offering", liar.Operator, NodeRoles.Executor);
        _network.Admit(proven);
        _network.Must(offering, _network.Registration(offering));
        TrustCase open = _network.MustOffer(offering);
        Ban(liar);
        Assert.False(_network.State.TrustCases.ContainsKey(open.Id));
        Assert.Null(_network.State.Nodes[offering.Id].OpenCase);
        Assert.False(_network.State.Nodes[offering.Id].Disqualified);
        Assert.True(_network.State.Nodes[proven.Id] is { Proven: true, IsActive: true });
        _network.Refused("refused/operator-banned", offering, TestNetwork.Offer(offering));
        _network.Refused("refused/operator-banned", proven, _network.Registration(proven));
        Assert.Equal(RefusalReason.OperatorBanned, _network.State.CheckMayOffer(proven.Id));
        Assert.Equal(_network.State.Root(), _network.Replay().Root());
    }

    [Fact]
    public void A_banned_operator_vouches_for_nobody()
    {
        TestActor liar = _network.Verifiers[0];
        Ban(liar);
        var sponsor = new SponsorEntry { Operator = _network.Actor("friend").Id };
        _network.Refused("refused/operator-banned", liar.Operator, sponsor);
        _network.Must(_network.Verifiers[1].Operator, sponsor);
    }

    [Fact]
    public void An_offer_that_is_judged_when_its_endorsement_key_is_banned_does_not_pass()
    {
        _network.ProveFounders(1);
        TestActor liar = _network.Verifiers[0];
        TestActor successor = _network.Node("successor", _network.SpareOperators[0], NodeRoles.Verifier);
        _network.Must(successor, _network.Registration(successor));
        _network.Must(liar, new RetireEntry());
        _network.AdvanceTo(_network.Boundary(_network.State.Nodes[liar.Id].HardwareFreeEpoch));
        _network.Must(successor, TestNetwork.Offer(successor) with { EkId = liar.EkId });
        TrustCase open = _network.CaseOf(successor)!;
        Ban(liar);
        _network.NextEpoch();
        foreach (TestActor verifier in _network.Verifiers.Skip(1).Take(6)) _network.Must(verifier, _network.TrustVerdict(verifier, open, accept: true));
        Assert.True(_network.State.Nodes[successor.Id] is { Proven: false, Disqualified: true });
    }

    [Fact]
    public void A_banned_verifier_is_not_rescued()
    {
        TestActor liar = _network.Verifiers[0];
        Ban(liar);
        _network.Refused("refused/governance-change", _network.Ticker, _network.Changes(new GovernanceChange.Rescue([liar.Id])));
    }

    [Fact]
    public void A_second_fault_of_an_operator_makes_its_ban_no_shorter()
    {
        TestActor liar = _network.Verifiers[0];
        _network.Must(liar, new RetireEntry());
        TestActor second = _network.Node("second", liar.Operator, NodeRoles.Verifier);
        _network.Must(second, _network.Registration(second));
        Ban(liar);
        long first = Assert.Single(_network.State.BannedOperators.Values).UntilEpoch;
        _network.NextEpoch();
        Ban(second);
        BanState ban = Assert.Single(_network.State.BannedOperators.Values);
        Assert.Equal((first + 1, second.Id), (ban.UntilEpoch, ban.Node));
        _network.AdvanceTo(_network.Boundary(first));
        Assert.Single(_network.State.BannedOperators);
        _network.NextEpoch();
        Assert.Empty(_network.State.BannedOperators);
    }

    [Fact]
    public void Bans_are_known_to_a_state_that_was_saved_and_loaded()
    {
        _network.ProveFounders(1);
        Ban(_network.Verifiers[0]);
        using var stream = new MemoryStream();
        _network.State.Save(stream);
        stream.Position = 0;
        Assert.Equal(SnapshotError.None, NetworkState.TryLoad(_network.State.Genesis, stream, _network.State.Root(), out NetworkState? loaded));
        Assert.Equal(_network.State.BannedKeys.Keys, loaded!.BannedKeys.Keys);
        Assert.Equal(_network.State.BannedOperators.Values.Select(ban => ban.UntilEpoch), loaded.BannedOperators.Values.Select(ban => ban.UntilEpoch));
        _network.AdvanceTo(_network.Boundary(loaded.BannedKeys.Values.Single().UntilEpoch));
        foreach (TestRecord record in _network.History.Skip((int)loaded.NextPosition)) loaded.Apply(record.Milliseconds, record.Bytes);
        Assert.Equal(_network.State.Root(), loaded.Root());
        Assert.Empty(loaded.BannedKeys);
    }

    private void Ban(TestActor liar)
    {
        VerdictEntry accept = new()
        {
            Role = CommitteeRole.Task, CaseId = default, Attempt = 1, Round = 1, Proof = new byte[80], EvidenceDigest = default, Root = default,
            Accept = true, Reasons = [], AppraisalDigest = default,
        };
        _network.Must(_network.Verifiers[1], _network.Accusation(FaultCharge.DoubleVote, (liar, accept), (liar, accept with { Accept = false, Reasons = [1] })));
    }
}
