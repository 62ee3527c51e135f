using System.Globalization;

namespace Errand.Protocol.Tests;

/// <summary>The same entries give the same roots, on every instance and in every culture.</summary>
public sealed class ReplayTests
{
    [Fact]
    public void The_journey_holds_every_kind_of_entry()
    {
        TestNetwork network = Journey.Run();
        var kinds = network.History.Where(record => record.Refusal == RefusalReason.None)
            .Select(record => PreparedEntry.Prepare(network.Network, record.Bytes).Body!.Kind).ToHashSet();
        Assert.Equal([.. Enum.GetValues<EntryKind>().Order()], [.. kinds.Order()]);
        Assert.Equal(
            [.. Enum.GetValues<TaskReason>().Order()],
            [.. network.State.Tasks.Values.SelectMany(task => task.Attempts.Select(attempt => attempt.Failure).Append(task.Reason)).Distinct().Order()]);
        Assert.Contains(network.State.Tasks.Values, task => task.Rescue);
        Assert.Contains(network.State.Nodes.Values, node => node.Strikes > 0 && !network.Executors.Any(executor => executor.Id == node.Id));
        Assert.All(network.State.Tasks.Values, task => Assert.Equal(TaskPhase.Ended, task.Phase));
    }

    [Fact]
    public void Two_instances_agree_after_every_entry()
    {
        TestNetwork network = Journey.Run();
        var first = new NetworkState(network.State.Genesis);
        var second = new NetworkState(network.State.Genesis);
        foreach (TestRecord record in network.History)
        {
            ApplyResult one = first.Apply(record.Milliseconds, record.Bytes);
            // The second asks for its root rarely: when records are hashed must not matter.
            ApplyResult two = second.Apply(record.Milliseconds, PreparedEntry.Prepare(network.Network, record.Bytes));
            Assert.Equal(record.Refusal, one.Refusal);
            Assert.Equal((one.Refusal, one.DeadlinesFired), (two.Refusal, two.DeadlinesFired));
            string root = first.Root().ToString();
            if (first.NextPosition % 17 == 0) Assert.Equal(root, second.Root().ToString());
        }
        Assert.Equal(network.State.Root(), first.Root());
        Assert.Equal(network.State.Root(), second.Root());
    }

    [Theory]
    [InlineData("tr-TR")]
    [InlineData("de-DE")]
    [InlineData("ar-SA")]
    public void T_73_culture(string culture)
    {
        TestNetwork network = Journey.Run();
        string expected = network.State.Root().ToString();
        CultureInfo before = CultureInfo.CurrentCulture;
        try
        {
            CultureInfo.CurrentCulture = new Turned(culture);
            Assert.Equal("~1", (-1).ToString());
            Assert.Equal(expected, network.Replay().Root().ToString());
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    // Globalisation is invariant in this build, so a culture of the name alone would say nothing: turn what can be turned.
    private sealed class Turned : CultureInfo
    {
        public Turned(string name)
            : base(name)
        {
            NumberFormat = new NumberFormatInfo { NegativeSign = "~", NumberDecimalSeparator = ",", NumberGroupSeparator = "." };
            DateTimeFormat = new DateTimeFormatInfo { DateSeparator = "#", TimeSeparator = "#" };
        }
    }
}
