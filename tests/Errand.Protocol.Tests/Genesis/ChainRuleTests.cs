namespace Errand.Protocol.Tests;

public sealed class ChainRuleTests
{
    private static readonly TestNetwork Net = new();
    private static readonly byte[] Address = [.. Enumerable.Range(1, ChainRule.AddressSizeBytes).Select(i => (byte)i)];

    private static Protocol.Genesis Base => Net.State.Genesis;

    [Theory]
    [InlineData(1UL, 1UL, null)]
    [InlineData(1UL << 53, 1UL << 53, 0)]
    [InlineData(31_337UL, 7UL, ChainRule.DepthMax)]
    public void A_chain_comes_back_as_it_was_written(ulong chain, ulong block, int? depth)
    {
        Protocol.Genesis genesis = Base with { Chain = new ChainRule(chain, Address, block, depth) };
        Assert.Equal(GenesisError.None, Protocol.Genesis.TryDecode(genesis.Encode(), out Protocol.Genesis? read));
        Assert.Equal(genesis.Encode(), read!.Encode());
        Assert.Equal((chain, block, depth), (read.Chain!.ChainId, read.Chain.DeployBlock, read.Chain.Depth));
        Assert.Equal(Address, read.Chain.Contract.ToArray());
        Assert.NotEqual(Base.NetworkId(), genesis.NetworkId());
    }

    [Fact]
    public void A_network_has_one_ledger()
    {
        WitnessRule witnesses = WitnessRule.Of(Base.FoundingVerifiers.Take(4).Select(founder => founder.Node));
        Assert.Equal(GenesisError.TwoLedgers, Decode(Base with { Witnesses = witnesses, Chain = new ChainRule(1, Address, 1, null) }));
    }

    [Fact]
    public void What_no_chain_can_be_is_malformed()
    {
        var good = new ChainRule(1, Address, 1, 1);
        Assert.Equal(GenesisError.None, Decode(Base with { Chain = good }));
        foreach (ChainRule bad in (ChainRule[])
        [
            good with { ChainId = 0 }, good with { ChainId = (1UL << 53) + 1 }, good with { DeployBlock = 0 }, good with { DeployBlock = (1UL << 53) + 1 },
            good with { Contract = Address.AsMemory(1) }, good with { Contract = (byte[])[0, .. Address] }, good with { Depth = ChainRule.DepthMax + 1 },
        ]) Assert.Equal(GenesisError.Malformed, Decode(Base with { Chain = bad }));
    }

    private static GenesisError Decode(Protocol.Genesis genesis) => Protocol.Genesis.TryDecode(genesis.Encode(), out _);
}
