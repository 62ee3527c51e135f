namespace Errand.Protocol.Tests;

/// <summary>Results that are not inline: served, fetched, or not to be had (T-102).</summary>
public sealed class ServingTests
{
    private readonly TestNetwork _network = TestNetwork.WithExecutors();

    [Fact]
    public void T_102_unserved_result_begins_the_next_attempt()
    {
        TestTask task = _network.MustSubmit().RunTo(TaskPhase.Serving);
        TestActor first = task.Executor;
        var unavailable = new UnavailableEntry { Task = task.Id, Attempt = 1 };
        _network.Refused("refused/too-early", _network.Requester, unavailable);
        _network.AdvanceTo(NetworkState.ComplaintFromMilliseconds(task.State));
        _network.Refused("refused/not-requester", _network.DataOwner, unavailable);
        _network.Must(_network.Requester, unavailable);
        Assert.Equal(TaskReason.ResultUnavailable, task.State.Attempts[0].Failure);
        Assert.Equal(-1, task.State.ReceiptPosition);
        Assert.Equal((TaskPhase.Attesting, 2), (task.State.Phase, task.State.Attempts.Count));
        Assert.NotEqual(first, task.Executor);
        // A word alone is no strike.
        Assert.Equal(0, _network.State.Nodes[first.Id].Strikes);
        _network.Refused("refused/attempt-closed", _network.Requester, unavailable);
        _network.Refused("refused/attempt-closed", first, task.Receipt(1));
        task.RunTo(TaskPhase.Ended);
        Assert.Equal("task:completed", task.Outcome);
    }

    [Fact]
    public void T_102_unserved_result_without_a_complaint_completes()
    {
        TestTask task = _network.MustSubmit().RunTo(TaskPhase.Serving);
        _network.AdvanceTo(task.State.PhaseDueMilliseconds);
        Assert.Equal("task:completed", task.Outcome);
        _network.Refused("refused/late", _network.Requester, new UnavailableEntry { Task = task.Id, Attempt = 1 });
    }

    [Fact]
    public void T_102_unserved_result_of_the_last_attempt_fails_the_task()
    {
        TestTask task = _network.MustSubmit();
        for (int attempt = 1; attempt <= 2; attempt++)
        {
            task.RunTo(TaskPhase.Serving);
            _network.AdvanceTo(NetworkState.ComplaintFromMilliseconds(task.State));
            _network.Must(_network.Requester, new UnavailableEntry { Task = task.Id, Attempt = attempt });
        }
        Assert.Equal("task:failed/result-unavailable", task.Outcome);
    }

    [Fact]
    public void A_fetched_result_completes_at_once()
    {
        TestTask task = _network.MustSubmit().RunTo(TaskPhase.Running);
        var fetched = new FetchedEntry { Task = task.Id, Attempt = 1 };
        _network.Refused("refused/too-early", _network.Requester, fetched);
        task.RunTo(TaskPhase.Serving);
        _network.Refused("refused/not-requester", task.Executor, fetched);
        _network.Refused("refused/unknown-task", _network.Requester, fetched with { Task = default });
        _network.Must(_network.Requester, fetched);
        Assert.Equal("task:completed", task.Outcome);
        Assert.True(task.State.ReceiptPosition >= 0);
        _network.Refused("refused/late", _network.Requester, fetched);
    }
}
