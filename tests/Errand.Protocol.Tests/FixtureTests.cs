namespace Errand.Protocol.Tests;

public sealed class FixtureTests
{
    [Fact]
    public void A_task_runs_to_its_end()
    {
        TestNetwork network = TestNetwork.WithExecutors();
        TestTask task = network.MustSubmit().RunTo(TaskPhase.Ended);
        Assert.Equal("task:completed", task.Outcome);
    }
}
