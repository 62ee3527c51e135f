using Errand.Client;
using Errand.Ledger;

namespace Errand.Node;

/// <summary>Keeps a node running over losses of its network: when it had to stop for one, it is started again, later each time up to a minute.</summary>
/// <param name="time">For pauses.</param>
/// <param name="tell">Told of each loss, with the pause before the next start.</param>
public sealed class NodeSupervisor(TimeProvider time, Action<Exception, TimeSpan> tell)
{
    private static readonly TimeSpan PauseFirst = TimeSpan.FromSeconds(2), PauseMax = TimeSpan.FromMinutes(1);

    // A node that ran this long had its network: the next loss is another one.
    private static readonly TimeSpan Healthy = TimeSpan.FromMinutes(2);

    /// <summary>Runs a node's life again and again until it ends by itself, or for another reason than its network.</summary>
    /// <param name="live">Starts the node and runs it until it stops.</param>
    /// <param name="cancellation">Ends it.</param>
    public async Task RunAsync(Func<CancellationToken, Task> live, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(live);
        TimeSpan pause = PauseFirst;
        while (true)
        {
            long begun = time.GetTimestamp();
            try
            {
                await live(cancellation).ConfigureAwait(false);
                return;
            }
            catch (Exception loss) when (IsOfNetwork(loss) && !cancellation.IsCancellationRequested)
            {
                if (time.GetElapsedTime(begun) >= Healthy) pause = PauseFirst;
                tell(loss, pause);
            }
            await Task.Delay(pause, time, cancellation).ConfigureAwait(false);
            pause = pause * 2 < PauseMax ? pause * 2 : PauseMax;
        }
    }

    // A ledger that is damaged or was rewritten is for a person to look at.
    private static bool IsOfNetwork(Exception loss) => loss is LedgerException { Fault: LedgerFault.Transport } or LedgerClosedException
        or ClientException { Error: ClientError.NetworkUnreachable or ClientError.NetworkAnswer or ClientError.Timeout };
}
