using System.Collections.Immutable;
using Errand.Primitives;

namespace Errand.Protocol.Tests;

public sealed class WitnessRuleTests
{
    private static readonly TestNetwork Net = new();

    private static Protocol.Genesis Base => Net.State.Genesis;

    [Theory]
    [InlineData(4, 3)]
    [InlineData(7, 5)]
    [InlineData(10, 7)]
    public void Founding_verifiers_witness_under_a_safe_quorum(int witnesses, int quorum)
    {
        Protocol.Genesis genesis = Base with { Witnesses = WitnessRule.Of(Base.FoundingVerifiers.Take(witnesses).Select(founder => founder.Node)) };
        Assert.Equal(quorum, genesis.Witnesses.Quorum);
        Assert.Equal(GenesisError.None, Protocol.Genesis.TryDecode(genesis.Encode(), out Protocol.Genesis? read));
        Assert.Equal(genesis.Encode(), read!.Encode());
        Assert.Equal(genesis.Witnesses.Witnesses, read.Witnesses.Witnesses);
        Assert.NotEqual(Base.NetworkId(), genesis.NetworkId());
    }

    [Theory]
    [InlineData(4, 2)]
    [InlineData(4, 5)]
    [InlineData(4, 0)]
    [InlineData(7, 4)]
    [InlineData(10, 6)]
    public void A_quorum_of_which_two_could_meet_in_liars_is_refused(int witnesses, int quorum) =>
        Assert.Equal(GenesisError.Witnesses, Decode(Base with { Witnesses = new WitnessRule([.. Base.FoundingVerifiers.Take(witnesses).Select(founder => founder.Node).Order()], quorum) }));

    [Fact]
    public void Strangers_doubles_and_disorder_are_refused()
    {
        ImmutableArray<PublicKey> four = [.. Base.FoundingVerifiers.Take(4).Select(founder => founder.Node).Order()];
        var stranger = new PublicKey(new Bytes32([.. Enumerable.Repeat((byte)0xFF, 32)]));
        Assert.Equal(GenesisError.Witnesses, Decode(Base with { Witnesses = new WitnessRule([.. four[..3], stranger], 3) }));
        Assert.Equal(GenesisError.Malformed, Decode(Base with { Witnesses = new WitnessRule([.. four, four[3]], 4) }));
        Assert.Equal(GenesisError.Malformed, Decode(Base with { Witnesses = new WitnessRule([.. four.Reverse()], 3) }));
    }

    [Fact]
    public void Nobody_is_named_by_leaving_the_field_out_and_only_so()
    {
        Assert.Equal(GenesisError.None, Protocol.Genesis.TryDecode(Base.Encode(), out Protocol.Genesis? read));
        Assert.Empty(read!.Witnesses.Witnesses);
        // The same document with an empty rule: 17 fields, the last of them {0: [], 1: 0}.
        byte[] document = Base.Encode();
        byte[] empty = [0xB1, .. document[1..], 0x10, 0xA2, 0x00, 0x80, 0x01, 0x00];
        Assert.Equal(0xB0, document[0]);
        Assert.Equal(GenesisError.Malformed, Protocol.Genesis.TryDecode(empty, out _));
    }

    private static GenesisError Decode(Protocol.Genesis genesis) => Protocol.Genesis.TryDecode(genesis.Encode(), out _);
}
