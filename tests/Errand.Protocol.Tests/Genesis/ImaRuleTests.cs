using Errand.Primitives;

namespace Errand.Protocol.Tests;

public sealed class ImaRuleTests
{
    private static Genesis With(ImaRule rule)
    {
        Genesis genesis = TestNetwork.WithExecutors().State.Genesis;
        return genesis with { Platform = genesis.Platform with { Ima = rule } };
    }

    private static Bytes32 File(byte number) => new([.. Enumerable.Repeat(number, 32)]);

    [Fact]
    public void A_rule_is_read_back_and_changes_the_network()
    {
        Genesis plain = With(ImaRule.None);
        foreach (ImaRule rule in new[] { new ImaRule(true, []), new ImaRule(false, [File(1)]), new ImaRule(true, [File(1), File(2)]) })
        {
            Genesis genesis = With(rule);
            Assert.Equal(GenesisError.None, Genesis.TryDecode(genesis.Encode(), out Genesis? read));
            Assert.Equal((rule.Required, rule.Files.Length), (read!.Platform.Ima.Required, read.Platform.Ima.Files.Length));
            Assert.Equal(genesis.Encode(), read.Encode());
            Assert.NotEqual(plain.NetworkId(), genesis.NetworkId());
        }
    }

    [Fact]
    public void No_rule_is_left_out_and_one_that_asks_for_nothing_is_malformed()
    {
        byte[] plain = With(ImaRule.None).Encode();
        Assert.Equal(GenesisError.None, Genesis.TryDecode(plain, out Genesis? read));
        Assert.True(read!.Platform.Ima is { Required: false, Files.IsEmpty: true });
        byte[] rule = With(new ImaRule(true, [])).Encode();
        // {0: true, 1: []} to {0: false, 1: []}.
        int at = rule.AsSpan().IndexOf((ReadOnlySpan<byte>)[0x04, 0xA2, 0x00, 0xF5, 0x01, 0x80]);
        Assert.True(at > 0);
        rule[at + 3] = 0xF4;
        Assert.Equal(GenesisError.Malformed, Genesis.TryDecode(rule, out _));
    }

    [Fact]
    public void Files_rise_strictly()
    {
        Assert.Equal(GenesisError.Malformed, Genesis.TryDecode(With(new ImaRule(true, [File(2), File(1)])).Encode(), out _));
        Assert.Equal(GenesisError.Malformed, Genesis.TryDecode(With(new ImaRule(true, [File(1), File(1)])).Encode(), out _));
    }
}
