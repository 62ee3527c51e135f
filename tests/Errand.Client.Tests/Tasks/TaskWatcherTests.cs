using Errand.Protocol;
using Errand.Protocol.Tests;

namespace Errand.Client.Tests;

public sealed class TaskWatcherTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Straight_run_is_told_step_by_step_with_times_that_never_go_backwards()
    {
        AuditCase audit = new();
        List<TaskEvent> events = await WatchAsync(audit);
        Assert.InRange(events.Count(happened => happened.Kind == TaskEventKind.Claimed), 2, 3);
        Assert.Equal(
            [
                "Phase Accepting", "Accepted Accepting", "Accepted Drawing", "Phase Drawing", "Phase Claiming", "Phase Attesting", "Evidence Verifying", "Phase Verifying", "Round Verifying",
                "Verdict Verifying", "Verdict Verifying", "Verdict Verifying", "Verdict Verifying", "Verdict Verifying", "Verdict Verifying", "Verdict Releasing",
                "Phase Releasing", "Released Releasing", "Released Running", "Phase Running", "Receipt Ended", "Ended Ended",
            ],
            events.Where(happened => happened.Kind != TaskEventKind.Claimed).Select(happened => $"{happened.Kind} {happened.Phase}"));
        Assert.True(events.Zip(events.Skip(1)).All(pair => pair.First.AtMilliseconds <= pair.Second.AtMilliseconds));
        Assert.Equal(audit.Task.State.Attempt!.Executor, events.Single(happened => happened.Kind == TaskEventKind.Phase && happened.Phase == TaskPhase.Attesting).Who);
        TaskEvent vote = events.Last(happened => happened.Kind == TaskEventKind.Verdict);
        Assert.Equal((7, 7, 0, 4, true), (vote.Accepts, vote.AcceptsNeeded, vote.Rejects, vote.RejectsNeeded, vote.Accept!.Value));
        Assert.Equal(OutcomeCode.Ok, events.Single(happened => happened.Kind == TaskEventKind.Receipt).Run);
        Assert.Equal(TaskOutcome.Completed, events[^1].Outcome);
    }

    [Fact]
    public async Task Failed_attempt_and_the_next_one_are_told()
    {
        AuditCase audit = new(run: (_, task) =>
        {
            task.RunTo(TaskPhase.Verifying).Judge(accept: false);
            task.RunTo(TaskPhase.Ended);
        });
        List<TaskEvent> events = await WatchAsync(audit);
        TaskEvent failed = events.Single(happened => happened.Kind == TaskEventKind.AttemptFailed);
        Assert.Equal((1, TaskReason.Rejected), (failed.Attempt, failed.Reason));
        Assert.Equal([1, 2], events.Where(happened => happened.Kind == TaskEventKind.Phase && happened.Phase == TaskPhase.Attesting).Select(happened => happened.Attempt));
        Assert.Equal(4, events.Count(happened => happened is { Kind: TaskEventKind.Verdict, Accept: false }));
        Assert.All(events.Where(happened => happened is { Kind: TaskEventKind.Verdict, Accept: false }), happened => Assert.NotEmpty(happened.VerdictReasons));
    }

    [Fact]
    public async Task Denial_ends_the_task_with_its_reason()
    {
        TestNetwork net = TestNetwork.WithExecutors();
        TestTask task = net.MustSubmit();
        net.Must(task.OwnerOf(task.Data), new DenyEntry { Task = task.Id, Asset = task.Data, Reason = DenyReason.AcceptBudget, Attempt = 0 });
        using ErrandClient client = ErrandClientTests.Client(net, out _);
        List<TaskEvent> events = [];
        await foreach (TaskEvent happened in client.WatchAsync(task.Id, Stop)) events.Add(happened);
        Assert.Equal([TaskEventKind.Phase, TaskEventKind.Denied, TaskEventKind.Ended], events.Select(happened => happened.Kind));
        Assert.Equal(DenyReason.AcceptBudget, events[1].Deny);
        Assert.Equal((TaskOutcome.Denied, TaskReason.OwnerDenied), (events[2].Outcome, events[2].Reason));
    }

    [Fact]
    public async Task Watching_goes_on_as_entries_come_and_an_unknown_task_is_refused()
    {
        TestNetwork net = TestNetwork.WithExecutors();
        TestTask task = net.MustSubmit();
        using ErrandClient client = ErrandClientTests.Client(net, out ListLedger ledger);
        int told = net.History.Count;
        await using IAsyncEnumerator<TaskEvent> events = client.WatchAsync(task.Id, Stop).GetAsyncEnumerator(Stop);
        Assert.True(await events.MoveNextAsync());
        ValueTask<bool> next = events.MoveNextAsync();
        Assert.False(next.IsCompleted);
        net.Must(task.OwnerOf(task.App), task.Accept(task.App));
        ledger.Add(net.History[told].Milliseconds, net.History[told].Bytes);
        Assert.True(await next.AsTask().WaitAsync(TimeSpan.FromSeconds(20), Stop));
        Assert.Equal(TaskEventKind.Accepted, events.Current.Kind);

        ClientException unknown = await Assert.ThrowsAsync<ClientException>(async () =>
        {
            await foreach (TaskEvent _ in client.WatchAsync(default, Stop)) Assert.Fail("No event belongs to a task that is not there.");
        });
        Assert.Equal("task/unknown", unknown.Code);
    }

    private static async Task<List<TaskEvent>> WatchAsync(AuditCase audit)
    {
        using var client = new ErrandClient(audit.Net.State.Genesis, audit.Ledger, TimeProvider.System);
        List<TaskEvent> events = [];
        await foreach (TaskEvent happened in client.WatchAsync(audit.Task.Id, Stop)) events.Add(happened);
        return events;
    }
}
