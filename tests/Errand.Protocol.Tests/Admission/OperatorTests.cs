namespace Errand.Protocol.Tests;

/// <summary>Who may stand behind nodes. The test genesis: two sponsors admit an operator, each listed one sponsors two, four nodes each.</summary>
public sealed class OperatorTests
{
    [Fact]
    public void Enough_listed_operators_admit_a_new_one()
    {
        var network = new TestNetwork();
        TestActor newcomer = network.Actor("newcomer");
        TestActor node = network.Node("node", newcomer, NodeRoles.Verifier);
        var sponsor = new SponsorEntry { Operator = newcomer.Id };
        network.Refused("refused/unknown-operator", node, network.Registration(node));
        network.Must(network.SpareOperators[0], sponsor);
        network.Refused("refused/already-sponsored", network.SpareOperators[0], sponsor);
        network.Refused("refused/unknown-operator", node, network.Registration(node));
        network.Must(network.SpareOperators[1], sponsor);
        network.Must(node, network.Registration(node));
        network.Refused("refused/operator-known", network.SpareOperators[2], sponsor);
    }

    [Fact]
    public void Sponsored_operators_sponsor_nobody_and_listed_ones_only_so_many()
    {
        var network = new TestNetwork();
        TestActor newcomer = network.Actor("newcomer");
        network.Refused("refused/not-listed", network.Actor("anybody"), new SponsorEntry { Operator = newcomer.Id });
        foreach (TestActor listed in network.SpareOperators.Take(2)) network.Must(listed, new SponsorEntry { Operator = newcomer.Id });
        network.Refused("refused/not-listed", newcomer, new SponsorEntry { Operator = network.Actor("next").Id });
        network.Must(network.SpareOperators[0], new SponsorEntry { Operator = network.Actor("next").Id });
        network.Refused("refused/sponsor-budget", network.SpareOperators[0], new SponsorEntry { Operator = network.Actor("third").Id });
        // Listed by governance it may.
        network.MustGovernAndWait(new GovernanceChange.AdmitOperator(newcomer.Id, "newcomer"));
        network.Must(newcomer, new SponsorEntry { Operator = network.Actor("next").Id });
        Assert.Equal(OperatorStanding.Sponsored, network.State.Operators[network.Actor("next").Id].Standing);
    }

    [Fact]
    public void A_network_may_leave_admission_to_governance()
    {
        var network = new TestNetwork(change: genesis => genesis with { Admission = genesis.Admission with { Sponsors = 0 } });
        network.Refused("refused/admission-closed", network.SpareOperators[0], new SponsorEntry { Operator = network.Actor("newcomer").Id });
        network.Refused("refused/admission-closed", network.Requester, new SponsorEntry { Operator = network.Actor("newcomer").Id });
    }

    [Fact]
    public void An_operator_has_as_many_nodes_as_it_may_and_those_that_left_count_until_they_have_cooled_down()
    {
        var network = new TestNetwork();
        TestActor by = network.SpareOperators[0];
        TestActor[] nodes = [.. Enumerable.Range(0, 6).Select(i => network.Node($"node {i}", by, NodeRoles.Executor))];
        foreach (TestActor node in nodes.Take(4)) network.Must(node, network.Registration(node));
        network.Refused("refused/operator-cap", nodes[4], network.Registration(nodes[4]));
        network.Must(nodes[1], new RetireEntry());
        for (int waited = 0; waited <= network.State.Terms.Admission.CooldownEpochs; waited++)
        {
            network.Refused("refused/operator-cap", nodes[4], network.Registration(nodes[4]));
            network.NextEpoch();
        }
        network.Must(nodes[4], network.Registration(nodes[4]));
        network.Refused("refused/operator-cap", nodes[5], network.Registration(nodes[5]));
        // A lower cap sends nobody away; a known node may still register again.
        network.MustGovernAndWait(new GovernanceChange.SetAdmission(network.State.Terms.Admission with { NodesMax = 1 }));
        network.Must(nodes[0], network.Registration(nodes[0]) with { Endpoint = "https://moved.example" });
    }

    [Fact]
    public void A_retired_operator_leaves_with_all_its_nodes_at_the_epoch()
    {
        TestNetwork network = TestNetwork.WithExecutors(executors: 2);
        TestActor verifier = network.Verifiers[0];
        TestActor executor = network.Node("second", verifier.Operator, NodeRoles.Executor);
        network.Must(executor, network.Registration(executor));
        network.MustGovern(new GovernanceChange.RetireOperator(verifier.Operator.Id));
        network.MustOffer(executor);
        network.NextEpoch();
        Assert.Equal(9, network.State.Clock.Weight);
        Assert.True(network.State.Nodes[verifier.Id].Retired);
        Assert.True(network.State.Nodes[executor.Id].Retired);
        Assert.Empty(network.State.TrustCases);
        network.Refused("refused/disqualified", verifier, network.Ticket(verifier));
        TestActor heir = network.Node("heir", verifier.Operator, NodeRoles.Verifier);
        network.Refused("refused/unknown-operator", heir, network.Registration(heir));
        network.Refused("refused/not-listed", verifier.Operator, new SponsorEntry { Operator = network.Requester.Id });
        network.Refused("refused/operator-known", network.SpareOperators[0], new SponsorEntry { Operator = verifier.Operator.Id });
        new InvariantJudge(network.State).CheckAll();
        network.MustGovernAndWait(new GovernanceChange.AdmitOperator(verifier.Operator.Id, "again"));
        network.Must(heir, network.Registration(heir));
        Assert.Equal(network.State.Root().ToString(), network.Replay().Root().ToString());
    }

    [Fact]
    public void Governance_may_bar_an_operator_that_nobody_knows_yet()
    {
        var network = new TestNetwork();
        TestActor barred = network.Actor("barred");
        network.MustGovernAndWait(new GovernanceChange.RetireOperator(barred.Id));
        network.Refused("refused/operator-known", network.SpareOperators[0], new SponsorEntry { Operator = barred.Id });
    }
}
