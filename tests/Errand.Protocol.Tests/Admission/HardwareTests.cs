namespace Errand.Protocol.Tests;

/// <summary>What nodes stand on: bound by an accepted Proof of Trust, and cooling down afterwards (5 epochs in the test genesis).</summary>
public sealed class HardwareTests
{
    [Fact]
    public void T_79_ek_moved_to_another_node()
    {
        TestNetwork network = TestNetwork.WithExecutors(executors: 1);
        TestActor first = network.Executors[0];
        TestActor second = network.Node("second", network.SpareOperators[0], NodeRoles.Executor);
        network.Must(second, network.Registration(second));
        OfferEntry same = TestNetwork.Offer(second) with { EkId = first.EkId };
        network.Refused("refused/ek-in-use", second, same);
        network.Must(first, new RetireEntry());
        for (int waited = 0; waited <= network.State.Terms.Admission.CooldownEpochs; waited++)
        {
            network.Refused("refused/ek-cooldown", second, same);
            network.Refused("refused/chip-cooldown", second, TestNetwork.Offer(second) with { ChipId = first.ChipId });
            network.NextEpoch();
        }
        network.Must(second, same);
    }

    [Fact]
    public void An_offer_alone_binds_nothing()
    {
        TestNetwork network = TestNetwork.WithExecutors(executors: 1);
        TestActor owner = network.Node("owner", network.SpareOperators[0], NodeRoles.Executor);
        TestActor squatter = network.Node("squatter", network.SpareOperators[1], NodeRoles.Executor);
        network.Must(owner, network.Registration(owner));
        network.Must(squatter, network.Registration(squatter));
        network.Must(squatter, TestNetwork.Offer(squatter) with { EkId = owner.EkId, ChipId = owner.ChipId });
        network.ProveTrust(owner);
        Assert.Equal(owner.EkId, network.State.Nodes[owner.Id].EkId);
        Assert.Null(network.State.Nodes[squatter.Id].EkId);
    }

    [Fact]
    public void Of_two_nodes_that_offer_one_tpm_at_once_the_first_that_passes_has_it()
    {
        TestNetwork network = new();
        TestActor first = network.Node("first", network.SpareOperators[0], NodeRoles.Verifier);
        TestActor second = network.Node("second", network.SpareOperators[1], NodeRoles.Verifier);
        network.Must(first, network.Registration(first));
        network.Must(second, network.Registration(second));
        TrustCase ofFirst = network.MustOffer(first);
        network.Must(second, TestNetwork.Offer(second) with { EkId = first.EkId });
        TrustCase ofSecond = network.CaseOf(second)!;
        network.NextEpoch();
        foreach (TrustCase trustCase in new[] { ofFirst, ofSecond })
            foreach (TestActor verifier in network.Verifiers.Take(7)) network.Must(verifier, network.TrustVerdict(verifier, trustCase, accept: true));
        Assert.True(network.State.Nodes[first.Id].Proven);
        Assert.True(network.State.Nodes[second.Id].Disqualified);
        Assert.Equal(1, network.State.Nodes[second.Id].RejectionsInRow);
        new InvariantJudge(network.State).CheckAll();
    }

    [Fact]
    public void A_pause_is_the_chips_and_goes_with_it_to_another_node()
    {
        TestNetwork network = TestNetwork.WithExecutors(executors: 3, change: genesis => genesis with
        {
            Times = genesis.Times with { PauseEpochs = 30 },
            Admission = genesis.Admission with { CooldownEpochs = 0 },
        });
        TestTask task = network.MustSubmit().RunTo(TaskPhase.Attesting);
        TestActor winner = task.Executor;
        network.AdvanceTo(task.State.PhaseDueMilliseconds);
        network.Must(winner, new RetireEntry());
        network.NextEpoch();
        TestActor heir = network.Node("heir", winner.Operator, NodeRoles.Executor);
        heir.Chip = winner.ChipId;
        network.Admit(heir);
        Assert.Equal(1, network.State.Nodes[heir.Id].Strikes);
        Assert.Equal(0, network.State.Nodes[winner.Id].Strikes);
        TestTask next = network.MustSubmit().RunTo(TaskPhase.Claiming);
        network.Refused("refused/paused", heir, next.Claim(heir));
        Assert.Equal(network.State.Root().ToString(), network.Replay().Root().ToString());
    }

    [Fact]
    public void T_83_quorum_that_rejects_a_machine_during_a_task_costs_it_its_proof_until_it_passes_again()
    {
        TestNetwork network = TestNetwork.WithExecutors();
        TestTask task = network.MustSubmit().RunTo(TaskPhase.Verifying);
        TestActor changed = task.Executor;
        task.Judge(accept: false);
        NodeState node = network.State.Nodes[changed.Id];
        Assert.Equal("rejected", task.State.Attempts[0].Failure.Code());
        Assert.True(node.Disqualified);
        Assert.False(node.Proven);
        network.Refused("refused/offer-cooldown", changed, TestNetwork.Offer(changed));
        // Its hardware stays its own while it cools down: another node does not evade the pause with it.
        TestActor other = network.Node("other", network.SpareOperators[0], NodeRoles.Executor);
        network.Must(other, network.Registration(other));
        network.Refused("refused/ek-cooldown", other, TestNetwork.Offer(other) with { EkId = changed.EkId });
        network.Refused("refused/hardware-changed", changed, WaitFor(network, changed) with { EkId = other.EkId });
        network.ProveTrust(changed);
        network.NextEpoch();
        Assert.True(node.IsActive);
        Assert.NotNull(node.KeyAt(network.State.Clock.Epoch));
    }

    [Fact]
    public void Hardware_of_a_node_that_let_its_proof_lapse_is_free_after_the_cool_down()
    {
        var network = new TestNetwork(change: genesis => genesis with { Times = genesis.Times with { QualificationEpochs = 4 } });
        TestActor first = network.Node("first", network.SpareOperators[0], NodeRoles.Verifier);
        TestActor second = network.Node("second", network.SpareOperators[1], NodeRoles.Verifier);
        network.Admit(first);
        network.Must(second, network.Registration(second));
        OfferEntry same = TestNetwork.Offer(second) with { EkId = first.EkId };
        long free = network.State.Nodes[first.Id].HardwareFreeEpoch;
        Assert.Equal(network.State.Nodes[first.Id].Tenures[^1].UntilEpoch + 5, free);
        network.AdvanceTo(network.Boundary(free - 1));
        network.Refused("refused/ek-in-use", second, same);
        network.NextEpoch();
        network.Must(second, same);
        network.NextEpoch();
        TrustCase trustCase = network.CaseOf(second)!;
        foreach (TestActor verifier in network.Verifiers.Take(7)) network.Must(verifier, network.TrustVerdict(verifier, trustCase, accept: true));
        Assert.Null(network.State.Nodes[first.Id].EkId);
        Assert.False(network.State.Nodes[first.Id].Proven);
        Assert.Equal(first.EkId, network.State.Nodes[second.Id].EkId);
    }

    private static OfferEntry WaitFor(TestNetwork network, TestActor node)
    {
        network.AdvanceTo(network.Boundary(network.State.Nodes[node.Id].NextOfferEpoch));
        return TestNetwork.Offer(node);
    }
}
