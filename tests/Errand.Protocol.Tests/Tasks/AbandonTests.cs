namespace Errand.Protocol.Tests;

public sealed class AbandonTests
{
    [Fact]
    public void Votes_on_an_abandoned_attempt_decide_nothing()
    {
        TestNetwork network = TestNetwork.WithExecutors();
        TestTask task = network.MustSubmit().RunTo(TaskPhase.Verifying);
        VerdictEntry[] verdicts = [.. network.Verifiers.Select(verifier => network.TaskVerdict(verifier, task.State, accept: true))];
        for (int i = 0; i < 6; i++) network.Must(network.Verifiers[i], verdicts[i]);
        network.Must(task.Executor, new AbandonEntry { Task = task.Id, Attempt = 1 });

        // The seventh accept would approve attempt 2, of which there is no evidence at all.
        network.Refused("refused/late", network.Verifiers[6], verdicts[6]);
        Assert.Equal(TaskPhase.Attesting, task.State.Phase);
        Assert.Equal(BallotResult.Undecided, task.State.Attempts[0].Current!.Result);
        network.Refused("refused/too-early", network.AppOwner, task.Release(task.App, 2));
        task.RunTo(TaskPhase.Ended);
        Assert.Equal("task:completed", task.Outcome);
    }

    [Theory]
    [InlineData(TaskPhase.Attesting)]
    [InlineData(TaskPhase.Verifying)]
    [InlineData(TaskPhase.Releasing)]
    [InlineData(TaskPhase.Running)]
    public void An_attempt_can_be_given_up_until_its_receipt(TaskPhase phase)
    {
        TestNetwork network = TestNetwork.WithExecutors();
        TestTask task = network.MustSubmit().RunTo(phase);
        TestActor executor = task.Executor;
        TestActor other = network.Executors.First(node => node != executor);
        network.Refused("refused/not-the-executor", other, new AbandonEntry { Task = task.Id, Attempt = 1 });
        network.Refused("refused/too-early", executor, new AbandonEntry { Task = task.Id, Attempt = 2 });
        network.Must(executor, new AbandonEntry { Task = task.Id, Attempt = 1 });
        Assert.Equal(1, network.State.Nodes[executor.Id].Strikes);
        network.Refused("refused/attempt-closed", executor, new AbandonEntry { Task = task.Id, Attempt = 1 });
        task.RunTo(TaskPhase.Ended);
        Assert.Equal("task:completed", task.Outcome);
        Assert.Equal(["abandoned", "none"], task.State.Attempts.Select(attempt => attempt.Failure.Code()));
    }

    [Fact]
    public void A_verdict_on_an_attempt_that_ended_without_evidence_is_refused()
    {
        TestNetwork network = TestNetwork.WithExecutors();
        TestTask task = network.MustSubmit().RunTo(TaskPhase.Attesting);
        network.Must(task.Executor, new AbandonEntry { Task = task.Id, Attempt = 1 });
        task.RunTo(TaskPhase.Verifying);
        VerdictEntry verdict = network.TaskVerdict(network.Verifiers[0], task.State, accept: true);
        network.Refused("refused/attempt-closed", network.Verifiers[0], verdict with { Attempt = 1 });
        network.Refused("refused/too-early", network.Verifiers[0], verdict with { Attempt = 3 });
        network.Refused("refused/too-early", network.Verifiers[0], verdict with { Round = 2 });
        network.Refused("refused/unknown-case", network.Verifiers[0], verdict with { Attempt = 0 });
        network.Refused("refused/unknown-case", network.Verifiers[0], verdict with { Round = 0 });
    }

    [Fact]
    public void Nothing_can_be_given_up_once_the_receipt_is_in()
    {
        TestNetwork network = TestNetwork.WithExecutors();
        TestTask task = network.MustSubmit().RunTo(TaskPhase.Serving);
        network.Refused("refused/late", task.Executor, new AbandonEntry { Task = task.Id, Attempt = 1 });
        network.AdvanceTo(task.State.PhaseDueMilliseconds);
        Assert.Equal("task:completed", task.Outcome);
    }
}
