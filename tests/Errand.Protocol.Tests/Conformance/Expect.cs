namespace Errand.Protocol.Tests;

/// <summary>Outcomes in the words of the conformance cases; a refusal must leave the state root as it was.</summary>
internal static class Expect
{
    public static void Refused(this TestNetwork network, string code, TestActor signer, EntryBody body) =>
        network.Refused(code, network.Sign(signer, body));

    public static void Refused(this TestNetwork network, string code, byte[] bytes)
    {
        StateRootBefore before = Before(network);
        ApplyResult result = network.Append(bytes);
        Assert.Equal(code, $"refused/{result.Refusal.Code()}");
        Assert.Equal(0, result.DeadlinesFired);
        Assert.Equal(before, Before(network));
    }

    private static StateRootBefore Before(TestNetwork network) => new(network.State.Root().ToString(), network.State.NextDueMilliseconds);

    private sealed record StateRootBefore(string Root, long NextDue);
}
