namespace Errand.Node.Tests;

public sealed class DevelopmentNetworkTests
{
    [Fact]
    public async Task Every_node_qualifies_by_its_proof_of_trust()
    {
        await using RunningNetwork network = await RunningNetwork.StartAsync();

        Assert.Equal(10, network.State.Nodes.Values.Count(node => node.Proven && node.EkId is not null));
        Assert.Equal(3, network.State.Nodes.Values.Count(node => node.ChipId is not null));
    }
}
