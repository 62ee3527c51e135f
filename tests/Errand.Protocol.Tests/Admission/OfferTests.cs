namespace Errand.Protocol.Tests;

public sealed class OfferTests
{
    [Fact]
    public void A_node_just_qualified_cannot_have_itself_judged_again_at_once()
    {
        var network = new TestNetwork();
        TestActor node = network.Node("node", network.SpareOperators[0], NodeRoles.Verifier);
        network.Must(node, network.Registration(node));
        network.ProveTrust(node);
        // Its tenure begins with the next epoch; that is no loophole.
        Assert.Null(network.State.Nodes[node.Id].KeyAt(network.State.Clock.Epoch));
        network.Refused("refused/offer-too-early", node, TestNetwork.Offer(node));
        network.NextEpoch();
        network.Refused("refused/offer-too-early", node, TestNetwork.Offer(node));
    }

    [Fact]
    public void Renewal_starts_at_half_time_and_keeps_the_weight()
    {
        var network = new TestNetwork(change: genesis => genesis with { Times = genesis.Times with { QualificationEpochs = 8, PauseEpochs = 10 } });
        TestActor node = network.Node("node", network.SpareOperators[0], NodeRoles.Verifier);
        network.Must(node, network.Registration(node));
        network.ProveTrust(node);
        network.NextEpoch();
        long from = network.State.Clock.Epoch;
        for (; network.State.Clock.Epoch < from + 4; network.NextEpoch())
        {
            Assert.Equal(11, network.State.Clock.Weight);
            network.Refused("refused/offer-too-early", node, TestNetwork.Offer(node));
        }
        network.ProveTrust(node);
        for (long renewed = network.State.Clock.Epoch + 1; network.State.Clock.Epoch < renewed + 7; network.NextEpoch())
            Assert.Equal(11, network.State.Clock.Weight);
        network.NextEpoch();
        Assert.Equal(10, network.State.Clock.Weight);
        Assert.Null(network.State.Nodes[node.Id].KeyAt(network.State.Clock.Epoch));
    }

    [Fact]
    public void A_machine_started_again_is_offered_anew_after_the_pause_and_long_before_half_time()
    {
        var network = new TestNetwork();
        TestActor node = network.Node("node", network.SpareOperators[0], NodeRoles.Verifier);
        network.Must(node, network.Registration(node));
        for (int reboots = 0; reboots < 3; reboots++)
        {
            network.ProveTrust(node);
            NodeState proven = network.State.Nodes[node.Id];
            long from = proven.Tenures[^1].FromEpoch;
            Assert.True(from + network.Times.PauseEpochs < proven.Tenures[^1].UntilEpoch - network.Times.QualificationEpochs / 2);
            for (; network.State.Clock.Epoch < from + network.Times.PauseEpochs; network.NextEpoch())
                network.Refused("refused/offer-too-early", node, TestNetwork.Offer(node));
            Assert.False(network.State.IsRenewalTime(proven));
            Assert.NotNull(proven.KeyAt(network.State.Clock.Epoch));
        }
    }

    [Fact]
    public void A_new_key_may_be_offered_at_once_and_only_on_the_same_hardware()
    {
        var network = new TestNetwork();
        TestActor node = network.Node("node", network.SpareOperators[0], NodeRoles.Executor);
        network.Must(node, network.Registration(node));
        network.ProveTrust(node);
        node.Rotate();
        network.Must(node, network.Registration(node));
        network.Refused("refused/hardware-changed", node, TestNetwork.Offer(node) with { EkId = network.Ledger.EkId });
        network.Refused("refused/hardware-changed", node, TestNetwork.Offer(node) with { ChipId = network.Ledger.EkId });
        network.Refused("refused/offer-shape", node, TestNetwork.Offer(node) with { ChipId = null });
        network.Refused("refused/offer-number", node, TestNetwork.Offer(node) with { Number = 1 });
        network.MustOffer(node);
        network.Refused("refused/case-open", node, TestNetwork.Offer(node));
        network.Refused("refused/case-open", node, new RetireEntry());
        node.Rotate();
        network.Refused("refused/case-open", node, network.Registration(node));
    }

    [Fact]
    public void A_key_of_a_tenure_that_never_began_is_free_again()
    {
        var network = new TestNetwork();
        TestActor node = network.Node("node", network.SpareOperators[0], NodeRoles.Verifier);
        network.Must(node, network.Registration(node));
        network.ProveTrust(node);
        Cryptography.VrfKey first = node.Rotate();
        network.Must(node, network.Registration(node));
        network.Must(node, new RetireEntry());

        TestActor heir = network.Node("heir", network.SpareOperators[0], NodeRoles.Verifier);
        RegisterEntry registration = network.Registration(heir) with
        {
            VrfKey = first.PublicKey,
            VrfPossession = TestActor.Prove(first, RegisterEntry.PossessionInput(network.Network, heir.Id)),
        };
        network.Must(heir, registration);
    }
}
