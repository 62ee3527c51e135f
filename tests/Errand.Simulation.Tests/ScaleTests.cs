namespace Errand.Simulation.Tests;

public sealed class ScaleTests
{
    private static ScaleReport Measure(int verifiers, int tasks) => ScaleRun.Measure(verifiers, tasks, threads: 2, _ => { }, TestContext.Current.CancellationToken);

    [Fact]
    public void From_tau_on_a_task_takes_the_same_entries_whatever_the_size()
    {
        ScaleReport small = Measure(150, 3), large = Measure(1_200, 3);
        // Ten entries besides the verdicts, whose number is that of the seats: 128 on average, five standard deviations of the mean of three away at most.
        Assert.InRange(small.TaskEntries, 10 + 95, 10 + 150);
        Assert.InRange(large.TaskEntries, 10 + 95, 10 + 161);
        Assert.Equal(9, small.TaskRounds);
        Assert.Equal(9, large.TaskRounds);
        Assert.InRange(large.EpochTickets, 1, 6);
    }

    [Fact]
    public void The_same_size_gives_the_same_network() => Assert.Equal(Measure(7, 1).Root, Measure(7, 1).Root);

    [Fact]
    public void A_network_of_the_founder_alone_works() => Assert.Equal(11, Measure(1, 1).TaskEntries);
}
