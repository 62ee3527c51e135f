using Errand.Client;
using Errand.Ledger;

namespace Errand.Node.Tests;

public sealed class NodeSupervisorTests
{
    private readonly List<TimeSpan> _pauses = [];

    [Fact]
    public async Task Network_that_comes_back_finds_the_node_again_and_pauses_grow_to_a_minute()
    {
        int lives = 0;
        await Supervisor().RunAsync(_ => ++lives < 9 ? throw Lost(lives) : Task.CompletedTask, CancellationToken.None);
        Assert.Equal(9, lives);
        Assert.Equal([2, 4, 8, 16, 32, 60, 60, 60], _pauses.Select(pause => pause.TotalSeconds));
    }

    [Fact]
    public async Task Anything_else_than_a_lost_network_ends_the_node()
    {
        await Assert.ThrowsAsync<LedgerException>(() => Supervisor().RunAsync(_ => throw new LedgerException(LedgerFault.Damaged, "rewritten"), CancellationToken.None));
        await Assert.ThrowsAsync<EnrolmentException>(() => Supervisor().RunAsync(_ => throw new EnrolmentException("node/other-keys", "", ""), CancellationToken.None));
        Assert.Empty(_pauses);
    }

    [Fact]
    public async Task Node_that_is_told_to_stop_stops_while_it_waits()
    {
        using var stop = new CancellationTokenSource();
        var supervisor = new NodeSupervisor(TimeProvider.System, (_, _) => stop.Cancel());
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => supervisor.RunAsync(_ => throw Lost(1), stop.Token));
    }

    private NodeSupervisor Supervisor() => new(new ImpatientTime(), (_, pause) => _pauses.Add(pause));

    private static Exception Lost(int number) => (number % 3) switch
    {
        0 => new LedgerException(LedgerFault.Transport, "refused"),
        1 => new LedgerClosedException("verifier"),
        _ => new ClientException(ClientError.NetworkUnreachable, "refused"),
    };

    private sealed class ImpatientTime : TimeProvider
    {
        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            System.CreateTimer(callback, state, dueTime == Timeout.InfiniteTimeSpan ? dueTime : TimeSpan.Zero, period);
    }
}
