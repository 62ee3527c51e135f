using Errand.Ledger;

namespace Errand.Node;

/// <summary>Puts a served ledger's final checkpoints into another log now and then: what that log holds nobody can take back.</summary>
/// <remarks>The other log is public and shared: only what the quorum of this ledger has signed counts in it. A fault of it holds nothing up; the anchor tries again.</remarks>
public sealed class CheckpointAnchor : IAsyncDisposable
{
    private readonly CheckpointBoard _board;
    private readonly ILedger _log;
    private readonly WitnessQuorum _quorum;
    private readonly TimeSpan _every;
    private readonly TimeProvider _time;
    private readonly Action<string> _warn;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _running;

    /// <summary>Begins.</summary>
    /// <param name="board">Final checkpoints of the ledger.</param>
    /// <param name="quorum">Under which they are final.</param>
    /// <param name="log">Where they go; stays its owner's.</param>
    /// <param name="every">The least time between two.</param>
    /// <param name="time">For pauses.</param>
    /// <param name="warn">Told in a sentence when one could not be put there.</param>
    public CheckpointAnchor(CheckpointBoard board, WitnessQuorum quorum, ILedger log, TimeSpan every, TimeProvider time, Action<string> warn)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(every, TimeSpan.Zero);
        _board = board;
        _quorum = quorum;
        _log = log;
        _every = every;
        _time = time;
        _warn = warn;
        _running = Task.Run(RunAsync);
    }

    /// <summary>The checkpoints of a ledger that a log holds, in its order, with the log's entries. Everything else in it is passed over.</summary>
    public static async Task<IReadOnlyList<(LedgerEntry Entry, SignedCheckpoint Signed)>> ReadAsync(ILedger log, WitnessQuorum quorum, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(log);
        ArgumentNullException.ThrowIfNull(quorum);
        var found = new List<(LedgerEntry, SignedCheckpoint)>();
        for (long next = 0; await log.ReadAsync(next, LedgerLimits.ReadCountMax, cancellation).ConfigureAwait(false) is { Count: > 0 } page; next += page.Count)
            foreach (LedgerEntry entry in page)
                if (quorum.TryOpen(entry.Bytes.Span, out SignedCheckpoint? signed)) found.Add((entry, signed));
        return found;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await _running.ConfigureAwait(false);
        _stop.Dispose();
    }

    private async Task RunAsync()
    {
        long? anchored = null;
        while (true)
        {
            try
            {
                // What this process, or one before it, has put there is not put there again.
                anchored ??= (await ReadAsync(_log, _quorum, _stop.Token).ConfigureAwait(false)).Select(one => one.Signed.Checkpoint.Size).DefaultIfEmpty(0).Max();
                SignedCheckpoint next = await _board.WaitAboveAsync(anchored.Value, _stop.Token).ConfigureAwait(false);
                await _log.AppendAsync(next.Note.ToBytes(), _stop.Token).ConfigureAwait(false);
                anchored = next.Checkpoint.Size;
            }
            catch (LedgerException fault)
            {
                _warn($"A checkpoint could not be anchored: {fault.Message} It is tried again.");
            }
            catch (Exception ended) when (ended is OperationCanceledException or ObjectDisposedException)
            {
                return;
            }
            try
            {
                await Task.Delay(_every, _time, _stop.Token).ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }
}
