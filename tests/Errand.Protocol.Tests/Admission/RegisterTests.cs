namespace Errand.Protocol.Tests;

public sealed class RegisterTests
{
    [Theory]
    [InlineData("https://node.example", "none")]
    [InlineData("http://127.0.0.1:5000/path", "none")]
    [InlineData("", "malformed-field")]
    [InlineData("https://", "malformed-field")]
    [InlineData("file:///etc/passwd", "malformed-field")]
    [InlineData("node.example", "malformed-field")]
    [InlineData("https://node.example/\u001b[2J", "malformed-field")]
    [InlineData("https://node.example/a b", "malformed-field")]
    [InlineData("https://n\u00f6de.example", "malformed-field")]
    public void An_endpoint_is_an_http_address_in_visible_ASCII(string endpoint, string expected)
    {
        var network = new TestNetwork();
        TestActor node = network.Node("node", network.SpareOperators[0], NodeRoles.Verifier);
        Assert.Equal(expected, network.Apply(node, network.Registration(node) with { Endpoint = endpoint }).Code());
    }

    [Fact]
    public void Each_check_of_a_registration_has_its_code()
    {
        var network = new TestNetwork();
        TestActor node = network.Node("node", network.SpareOperators[0], NodeRoles.Verifier);
        TestActor stranger = network.Node("strange node", network.Actor("stranger"), NodeRoles.Verifier);
        TestActor second = network.Node("second", network.Verifiers[0].Operator, NodeRoles.Verifier);
        RegisterEntry good = network.Registration(node);
        network.Refused("refused/unknown-operator", stranger, network.Registration(stranger));
        network.Refused("refused/vouch", node, good with { Vouch = network.Registration(stranger).Vouch });
        network.Refused("refused/vouch", node, good with { Roles = NodeRoles.Executor, Tee = TeeKind.SevSnp });
        network.Refused("refused/vouch", stranger, good);
        network.Refused("refused/vrf-key-invalid", node, good with { VrfKey = default });
        network.Refused("refused/vrf-proof", node, good with { VrfPossession = node.Prove([1]) });
        TestActor founder = network.Verifiers[1];
        network.Refused("refused/vrf-key-in-use", node, good with
        {
            VrfKey = founder.Vrf.PublicKey,
            VrfPossession = founder.Prove(RegisterEntry.PossessionInput(network.Network, node.Id)),
        });
        network.Refused("refused/operator-has-verifier", second, network.Registration(second));
        network.Must(node, good);
        network.Refused("refused/registration-fixed", node, good with { Site = "elsewhere" });
        network.Must(node, good with { Endpoint = "https://moved.example" });
        network.Must(node, new RetireEntry());
        network.Refused("refused/retired", node, good);
        network.Refused("refused/retired", node, new RetireEntry());
        network.Refused("refused/unknown-node", stranger, new RetireEntry());
    }

    [Fact]
    public void An_operator_may_replace_its_verifier_and_never_counts_twice()
    {
        var network = new TestNetwork();
        TestActor first = network.Verifiers[0];
        network.Must(first, new RetireEntry());
        TestActor second = network.Node("second", first.Operator, NodeRoles.Verifier);
        network.Must(second, network.Registration(second));
        TrustCase trustCase = network.MustOffer(second);
        network.NextEpoch();
        Assert.Equal(9, network.State.Clock.Weight);
        network.Refused("refused/own-case", first, network.TrustVerdict(first, trustCase, accept: true));
        foreach (TestActor verifier in network.Verifiers.Skip(1).Take(7)) network.Must(verifier, network.TrustVerdict(verifier, trustCase, accept: true));
        network.NextEpoch();
        Assert.Equal(10, network.State.Clock.Weight);
    }
}
