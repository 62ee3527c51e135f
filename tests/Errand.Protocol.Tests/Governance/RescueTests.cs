namespace Errand.Protocol.Tests;

/// <summary>A network below its minimum of verifiers, and how governance brings it back.</summary>
public sealed class RescueTests
{
    [Fact]
    public void T_58_rescue_restores_a_network_below_its_minimum_and_tasks_show_it()
    {
        TestNetwork network = Below(out TestActor[] lapsed);
        network.Refused("refused/network-too-small", network.Requester, Submission(network));
        network.MustGovernAndWait(new GovernanceChange.Rescue([.. lapsed.Select(node => node.Id).Order()]));
        Assert.Equal(10, network.State.Clock.Weight);

        TestTask task = network.MustSubmit();
        Assert.True(task.State.Rescue);
        task.RunTo(TaskPhase.Ended);
        Assert.Equal("task:completed", task.Outcome);

        // A rescued verifier proves itself like everybody else, and may do so at once; until the period is over the flag stays.
        foreach (TestActor node in lapsed)
        {
            if (!network.State.Nodes[node.Id].Registered) network.Must(node, network.Registration(node));
            network.ProveTrust(node);
        }
        Assert.True(network.State.Nodes[lapsed[0].Id].ProvenInRescue);
        Assert.True(network.MustSubmit().State.Rescue);
        network.AdvanceTo(network.Boundary(network.State.Governance.RescueUntilEpoch - 1));
        Assert.True(network.MustSubmit().State.Rescue);
        network.NextEpoch();
        Assert.False(network.MustSubmit().State.Rescue);
    }

    [Fact]
    public void An_executor_that_rescued_verifiers_passed_shows_in_its_tasks_later()
    {
        TestNetwork network = Below(out TestActor[] lapsed);
        network.MustGovernAndWait(new GovernanceChange.Rescue([.. lapsed.Select(node => node.Id).Order()]));
        TestActor executor = network.Executors[0];
        executor.Rotate();
        network.Must(executor, network.Registration(executor));
        network.ProveTrust(executor);
        Assert.True(network.State.Nodes[executor.Id].ProvenInRescue);
        foreach (TestActor node in lapsed)
        {
            network.Must(node, network.Registration(node));
            network.ProveTrust(node);
        }
        network.AdvanceTo(network.Boundary(network.State.Governance.RescueUntilEpoch));
        TestTask task = network.MustSubmit().RunTo(TaskPhase.Claiming);
        Assert.False(task.State.Rescue);
        network.Must(executor, task.Claim(executor));
        network.AdvanceTo(task.State.PhaseDueMilliseconds);
        Assert.True(task.State.Rescue);
    }

    [Fact]
    public void Rescue_does_nothing_where_the_network_could_go_on_without_it()
    {
        var network = new TestNetwork(change: Short(20));
        TestActor lost = network.Verifiers[0];
        network.Must(lost, network.Registration(lost));
        network.ProveTrust(lost, accept: false);
        network.NextEpoch();
        Assert.Equal(9, network.State.Clock.Weight);
        network.MustGovernAndWait(new GovernanceChange.Rescue([lost.Id]));
        Assert.Equal(9, network.State.Clock.Weight);
        Assert.Equal(0, network.State.Governance.RescueUntilEpoch);
        Assert.False(network.MustSubmit().State.Rescue);
    }

    [Fact]
    public void Rescue_leaves_out_who_has_retired_since_and_counts_nobody_twice()
    {
        TestNetwork network = Below(out TestActor[] lapsed);
        network.MustGovern(
            new GovernanceChange.Rescue([.. lapsed.Select(node => node.Id).Order()]),
            new GovernanceChange.Rescue([.. network.Verifiers.Select(node => node.Id).Order()]));
        network.Must(lapsed[0], new RetireEntry());
        network.NextEpoch();
        Assert.Equal(9, network.State.Clock.Weight);
        new InvariantJudge(network.State).CheckAll();
    }

    private static Func<Genesis, Genesis> Short(long epochs) => genesis => genesis with { Times = genesis.Times with { FoundingEpochs = epochs, QualificationEpochs = 60 } };

    // Three executors and four of ten founders qualify before the founding time is over.
    private static TestNetwork Below(out TestActor[] lapsed)
    {
        TestNetwork network = TestNetwork.WithExecutors(change: Short(20));
        foreach (TestActor founder in network.Verifiers.Take(4))
        {
            network.Must(founder, network.Registration(founder));
            network.ProveTrust(founder);
        }
        while (network.State.Clock.Epoch < 20) network.NextEpoch();
        Assert.Equal(4, network.State.Clock.Weight);
        lapsed = [.. network.Verifiers.Skip(4)];
        return network;
    }

    private static SubmitEntry Submission(TestNetwork network) =>
        network.Submission(network.Publish(network.AppOwner, AssetKind.App), network.Publish(network.DataOwner, AssetKind.Data));
}
