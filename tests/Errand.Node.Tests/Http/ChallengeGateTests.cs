using System.Net;

namespace Errand.Node.Tests;

public sealed class ChallengeGateTests
{
    private static readonly IPAddress Flooder = IPAddress.Parse("192.0.2.1");

    [Fact]
    public async Task One_source_that_floods_uses_up_its_own_share_and_not_the_nodes()
    {
        await using var gate = new ChallengeGate();
        int read = 0;
        while (gate.TryCount(Flooder)) read++;
        Assert.InRange(read, 100, 5000);
        Assert.True(gate.TryCount(IPAddress.Parse("192.0.2.2")));

        IDisposable?[] held = [.. Enumerable.Range(0, 100).Select(_ => gate.TryEnter(Flooder))];
        Assert.Equal(ChallengeGate.PlacesPerSourceMax, held.Count(place => place is not null));
        using IDisposable? other = gate.TryEnter(IPAddress.Parse("192.0.2.2"));
        Assert.NotNull(other);
        foreach (IDisposable? place in held) place?.Dispose();
        using IDisposable? again = gate.TryEnter(Flooder);
        Assert.NotNull(again);
    }

    [Fact]
    public async Task Many_sources_together_find_as_many_places_as_there_are()
    {
        await using var gate = new ChallengeGate();
        IDisposable?[] held = [.. Enumerable.Range(0, 250).Select(i => gate.TryEnter(new IPAddress([198, 51, 100, (byte)i])))];
        Assert.Equal(ChallengeGate.PlacesMax, held.Count(place => place is not null));
    }

    [Theory]
    [InlineData("2001:db8::1", "2001:db8::ffff:1", true)]
    [InlineData("2001:db8::1", "2001:db8:0:1::1", false)]
    [InlineData("::ffff:192.0.2.1", "192.0.2.1", true)]
    [InlineData("192.0.2.1", "192.0.2.2", false)]
    public async Task Source_is_an_address_or_the_network_of_one_subscriber(string first, string second, bool same)
    {
        await using var gate = new ChallengeGate();
        for (int i = 0; i < ChallengeGate.PlacesPerSourceMax; i++) Assert.NotNull(gate.TryEnter(IPAddress.Parse(first)));
        Assert.Equal(same, gate.TryEnter(IPAddress.Parse(second)) is null);
    }
}
