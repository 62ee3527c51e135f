using Errand.Primitives;

namespace Errand.Protocol.Tests;

/// <summary>A claim window that nobody met is followed by another, for ten seconds after the draw.</summary>
public sealed class ClaimWindowTests
{
    private const long Window = 3_000;

    private static TestTask Drawn(out TestNetwork network)
    {
        network = TestNetwork.WithExecutors(change: genesis => genesis with { Times = genesis.Times with { ClaimMilliseconds = Window } });
        return network.MustSubmit().RunTo(TaskPhase.Claiming);
    }

    [Fact]
    public void Claims_that_come_after_an_empty_window_count_in_the_next()
    {
        TestTask task = Drawn(out TestNetwork network);
        long drawn = network.State.Clock.Milliseconds;
        Assert.Equal(drawn + Window, task.State.PhaseDueMilliseconds);
        // The entry that fires the window's end is itself the late claim.
        network.Now = drawn + Window + 1;
        network.Must(network.Executors[0], task.Claim(network.Executors[0]));
        Assert.Equal(drawn + 2 * Window, task.State.PhaseDueMilliseconds);
        network.Must(network.Executors[1], task.Claim(network.Executors[1]));
        // Tickets are held: this window is the last, whoever wins.
        network.AdvanceTo(drawn + 2 * Window);
        Assert.Equal(TaskPhase.Attesting, task.State.Phase);
        network.Refused("refused/late", network.Executors[2], task.Claim(network.Executors[2]));
        Assert.Equal(task.State.Tickets.First().Executor, task.State.Attempt!.Executor);
    }

    [Fact]
    public void A_window_with_a_ticket_is_not_extended()
    {
        TestTask task = Drawn(out TestNetwork network);
        network.Must(network.Executors[0], task.Claim(network.Executors[0]));
        network.AdvanceTo(task.State.PhaseDueMilliseconds);
        Assert.Equal(TaskPhase.Attesting, task.State.Phase);
    }

    [Fact]
    public void The_last_window_is_the_one_that_ends_ten_seconds_after_the_draw_or_later()
    {
        TestTask task = Drawn(out TestNetwork network);
        long drawn = network.State.Clock.Milliseconds;
        network.AdvanceTo(drawn + 4 * Window - 1);
        Assert.Equal(TaskPhase.Claiming, task.State.Phase);
        Assert.Equal(drawn + 4 * Window, task.State.PhaseDueMilliseconds);
        network.AdvanceTo(drawn + 4 * Window);
        Assert.Equal("task:failed/no-executor", task.Outcome);
        Assert.Empty(network.State.OpenTasks);
    }

    [Fact]
    public void One_late_entry_passes_all_empty_windows_at_once()
    {
        TestTask task = Drawn(out TestNetwork network);
        long drawn = network.State.Clock.Milliseconds;
        network.Now = drawn + 3 * Window + 10;
        Assert.Equal(RefusalReason.None, network.Tick());
        Assert.Equal(drawn + 4 * Window, task.State.PhaseDueMilliseconds);
        network.Must(network.Executors[2], task.Claim(network.Executors[2]));
        network.AdvanceTo(task.State.PhaseDueMilliseconds);
        Assert.Equal(network.Executors[2], task.Executor);
    }

    [Fact]
    public void The_tasks_own_deadline_ends_its_windows()
    {
        var network = TestNetwork.WithExecutors(change: genesis => genesis with { Times = genesis.Times with { ClaimMilliseconds = Window } });
        AssetId app = network.Publish(network.AppOwner, AssetKind.App);
        AssetId data = network.Publish(network.DataOwner, AssetKind.Data);
        long draw = network.Boundary(network.State.Clock.Epoch + 2);
        TestTask task = network.MustSubmit(network.Submission(app, data) with { DeadlineMilliseconds = draw + Window + 1 },
            new Dictionary<AssetId, TestActor> { [app] = network.AppOwner, [data] = network.DataOwner }).RunTo(TaskPhase.Claiming);
        network.AdvanceTo(draw + Window + 1);
        Assert.Equal("task:expired/deadline", task.Outcome);
    }
}
