using Errand.Ledger;
using Microsoft.Extensions.Logging;

namespace Errand.Node;

/// <summary>Gets checkpoints their quorum, one round after the other, and shows each on the board when it has it.</summary>
/// <remarks>
/// All witnesses are asked for one and the same text, since only that counts together. A round ends with its quorum; the next takes the
/// newest checkpoint there is by then, so a burst of appends costs no more rounds than it lasts. A slow witness misses rounds and holds none up.
/// </remarks>
internal sealed class CheckpointCollector : IAsyncDisposable
{
    private static readonly TimeSpan StuckAfter = TimeSpan.FromSeconds(2);

    private readonly ITreeLedger _log;
    private readonly WitnessQuorum _quorum;
    private readonly CheckpointBoard _board;
    private readonly LedgerMetrics _metrics;
    private readonly ILogger _logger;
    private readonly TimeProvider _time;
    private readonly CancellationTokenSource _stop = new();
    private readonly WitnessLink[] _links;
    private readonly Action<SignedCheckpoint> _keep;
    private TaskCompletionSource<CosignRound> _next = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private CosignRound? _current;
    private long _waitingSince;
    private Task _loop = Task.CompletedTask, _asking = Task.CompletedTask;

    internal CheckpointCollector(ITreeLedger log, WitnessQuorum quorum, CheckpointBoard board, WitnessDirectory directory, HttpClient http, Action<SignedCheckpoint> keep, LedgerMetrics metrics, ILogger logger, TimeProvider time)
    {
        _log = log;
        _quorum = quorum;
        _board = board;
        _metrics = metrics;
        _logger = logger;
        _time = time;
        _keep = keep;
        _links = [.. quorum.Witnesses.Select(witness => new WitnessLink(witness, log, directory, http, time))];
    }

    /// <summary>Faulted when the log has stopped.</summary>
    internal Task Completion => _loop;

    internal IReadOnlyList<WitnessStatus> Witnesses => [.. _links.Select(link => link.Status)];

    /// <summary>True when more witnesses than may lie say that they have cosigned more than the log holds.</summary>
    internal bool HasLostEntries => _links.Count(link => link.IsAhead) > (_links.Length - 1) / 3;

    /// <summary>For how long the oldest round has been waiting.</summary>
    internal TimeSpan Waiting => Interlocked.Read(ref _waitingSince) is var since and not 0 ? _time.GetElapsedTime(since) : TimeSpan.Zero;

    internal void Start()
    {
        _loop = Task.Run(RunAsync);
        _asking = Task.WhenAll(_links.Select(link => Task.Run(() => link.RunAsync(RoundAfterAsync, _stop.Token))));
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await _loop.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _asking.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stop.Dispose();
    }

    private async Task RunAsync()
    {
        // A witness that meets the log for the first time, or after a restart, is asked even if nothing is new.
        long size = _board.Current.Checkpoint.Size;
        while (true)
        {
            SignedCheckpoint newest = await _log.WaitForCheckpointAsync(size + 1, _stop.Token).ConfigureAwait(false);
            if (_quorum.Needed == 0) _board.Publish(newest);
            else newest = await CollectAsync(newest).ConfigureAwait(false);
            size = newest.Checkpoint.Size;
        }
    }

    private async ValueTask<SignedCheckpoint> CollectAsync(SignedCheckpoint checkpoint)
    {
        long began = _time.GetTimestamp();
        Interlocked.Exchange(ref _waitingSince, began);
        CosignRound round = Begin(checkpoint);
        while (true)
        {
            await Task.WhenAny(round.Quorum, round.Overtaken, Task.Delay(StuckAfter, _time, _stop.Token)).ConfigureAwait(false);
            _stop.Token.ThrowIfCancellationRequested();
            if (round.Quorum.IsCompleted) return Publish(round, began);
            if (HasLostEntries) _logger.LogCritical("Witnesses have cosigned more entries than this ledger holds: its file is an older copy, or lost its end. Restore it from a mirror");
            else _logger.LogWarning("The checkpoint over {Size} entries has {Count} of {Needed} cosignatures so far", round.Checkpoint.Checkpoint.Size, round.Lines.Count, _quorum.Needed);
            // Some may have cosigned a larger one in an earlier run: only that one, or a later, can still gather a quorum.
            if (_log.LatestCheckpoint is var newest && newest.Checkpoint.Size > round.Checkpoint.Checkpoint.Size) round = Begin(newest);
            else if (round.Overtaken.IsCompleted) await Task.WhenAny(round.Quorum, Task.Delay(StuckAfter, _time, _stop.Token)).ConfigureAwait(false);
        }
    }

    private SignedCheckpoint Publish(CosignRound round, long began)
    {
        SignedCheckpoint cosigned = round.Checkpoint.With(round.Lines);
        try
        {
            _keep(cosigned);
        }
        catch (IOException fault)
        {
            // Only a restarted ledger misses it, and then asks its witnesses.
            _logger.LogWarning(fault, "The cosigned checkpoint could not be kept beside the ledger");
        }
        _board.Publish(cosigned);
        Interlocked.Exchange(ref _waitingSince, 0);
        _metrics.Round(_time.GetElapsedTime(began));
        return cosigned;
    }

    private CosignRound Begin(SignedCheckpoint checkpoint)
    {
        var round = new CosignRound(checkpoint, _links.Length, _quorum.Needed);
        Volatile.Write(ref _current, round);
        Interlocked.Exchange(ref _next, new TaskCompletionSource<CosignRound>(TaskCreationOptions.RunContinuationsAsynchronously)).SetResult(round);
        return round;
    }

    private async ValueTask<CosignRound> RoundAfterAsync(CosignRound? done, CancellationToken stop)
    {
        while (true)
        {
            // Taken before the current one is looked at: a round that begins in between completes it.
            Task<CosignRound> next = Volatile.Read(ref _next).Task;
            if (Volatile.Read(ref _current) is { } current && current != done) return current;
            await next.WaitAsync(stop).ConfigureAwait(false);
        }
    }
}
