namespace Errand.Protocol.Tests;

public sealed class NetworkStateTests
{
    [Fact]
    public void An_entry_prepared_for_another_network_is_a_defect_of_the_caller()
    {
        var network = new TestNetwork();
        var other = new TestNetwork(change: genesis => genesis with { Name = "other" });
        PreparedEntry prepared = PreparedEntry.Prepare(other.Network, other.Sign(other.Ticker, new TickEntry()));
        string before = network.State.Root().ToString();
        Assert.Throws<ArgumentException>(() => network.State.Apply(network.Now, prepared));
        Assert.Equal(before, network.State.Root().ToString());
        Assert.Equal(0, network.State.NextPosition);
    }

    [Fact]
    public void A_genesis_made_in_memory_meets_the_checks_of_one_that_was_read()
    {
        Assert.Throws<ArgumentException>(() => new TestNetwork(change: genesis => genesis with { Development = false }));
        Assert.Throws<ArgumentException>(() => new TestNetwork(verifiers: 4));
    }

    [Fact]
    public void A_handler_for_each_kind_of_entry_is_there()
    {
        // Each kind's own record is found by its number; a kind without one would end in an exception here.
        var kinds = typeof(EntryBody).Assembly.GetTypes().Where(type => type.IsSubclassOf(typeof(EntryBody))).ToList();
        Assert.Equal(Enum.GetValues<EntryKind>().Length, kinds.Count);
        Assert.All(Enum.GetValues<EntryKind>(), kind => Assert.Contains(kinds, type => type.Name == $"{kind}Entry"));
    }

    [Fact]
    public void Every_refusal_and_reason_has_a_code_of_its_own_and_a_sentence()
    {
        string[] refusals = [.. Enum.GetValues<RefusalReason>().Select(reason => reason.Code())];
        Assert.Equal(refusals.Length, refusals.Distinct(StringComparer.Ordinal).Count());
        Assert.All(Enum.GetValues<RefusalReason>(), reason => Assert.EndsWith(".", reason.Sentence(), StringComparison.Ordinal));
        string[] reasons = [.. Enum.GetValues<TaskReason>().Select(reason => reason.Code())];
        Assert.Equal(reasons.Length, reasons.Distinct(StringComparer.Ordinal).Count());
        Assert.All(Enum.GetValues<TaskReason>(), reason => Assert.EndsWith(".", reason.Sentence(), StringComparison.Ordinal));
    }
}
