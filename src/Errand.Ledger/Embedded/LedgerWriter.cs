using System.Threading.Channels;

namespace Errand.Ledger;

/// <summary>The one loop that writes: takes whatever waits, commits it as a group, and signs checkpoints at a bounded pace.</summary>
/// <remarks>
/// One fsync serves a whole group, so throughput grows with the number of callers while a lone one waits for no one. The queue
/// is bounded: when it is full, callers wait their turn outside.
/// </remarks>
internal sealed class LedgerWriter
{
    private const int GroupCountMax = 512;
    private const int GroupSizeBytesMax = 4 << 20;
    private const int QueueCountMax = 2 * GroupCountMax;

    private readonly LedgerStore _store;
    private readonly LedgerHead _head;
    private readonly TimeProvider _time;
    private readonly TimeSpan _checkpointInterval;
    private readonly Channel<AppendRequest> _queue = Channel.CreateBounded<AppendRequest>(new BoundedChannelOptions(QueueCountMax) { SingleReader = true });
    private readonly List<AppendRequest> _group = new(GroupCountMax);
    private readonly Task _loop;
    private Task<bool>? _arrival;
    private Task _pause = Task.CompletedTask;
    private LedgerException? _fault;

    internal LedgerWriter(LedgerStore store, LedgerHead head, TimeProvider time, TimeSpan checkpointInterval)
    {
        _store = store;
        _head = head;
        _time = time;
        _checkpointInterval = checkpointInterval;
        _loop = Task.Run(RunAsync);
    }

    internal async ValueTask<LedgerPosition> AppendAsync(ReadOnlyMemory<byte> entry, CancellationToken cancellation)
    {
        var request = new AppendRequest(entry);
        try
        {
            await _queue.Writer.WriteAsync(request, cancellation).ConfigureAwait(false);
        }
        catch (ChannelClosedException)
        {
            throw Closed();
        }
        return await request.WaitAsync(cancellation).ConfigureAwait(false);
    }

    /// <summary>Takes no more, writes what waits, signs a last checkpoint and ends.</summary>
    /// <exception cref="LedgerException">The last checkpoint could not be written. No acknowledged entry is lost by that.</exception>
    internal async Task CloseAsync()
    {
        _queue.Writer.TryComplete();
        await _loop.ConfigureAwait(false);
    }

    internal Exception Closed() => Volatile.Read(ref _fault) is { } fault
        ? new LedgerException(fault.Fault, fault.Message, fault)
        : new ObjectDisposedException(nameof(EmbeddedLedger));

    private async Task RunAsync()
    {
        try
        {
            while (await WaitAsync().ConfigureAwait(false)) CommitGroup();
        }
#pragma warning disable CA1031 // the one place where faults of the loop end: it stops and says so to everyone
        catch (Exception e)
#pragma warning restore CA1031
        {
            Stop(e);
            return;
        }
        if (_store.State.HasUnsigned) CommitCheckpoint();
    }

    // True when there is something to do: entries have come, or a checkpoint is due. False when the queue is closed and empty.
    private async ValueTask<bool> WaitAsync()
    {
        _arrival ??= _queue.Reader.WaitToReadAsync().AsTask();
        if (_store.State.HasUnsigned && !_arrival.IsCompleted)
        {
            await Task.WhenAny(_arrival, _pause).ConfigureAwait(false);
            if (!_arrival.IsCompleted) return true;
        }
        bool open = await _arrival.ConfigureAwait(false);
        _arrival = null;
        return open;
    }

    private void CommitGroup()
    {
        TakeGroup();
        bool sign = _pause.IsCompleted;
        // Every waiting caller may have cancelled, or its entry gone with the group before.
        if (_group.Count == 0 && !(sign && _store.State.HasUnsigned)) return;
        if (sign) _pause = Task.Delay(_checkpointInterval, _time);
        long first = _store.State.Count;
        long time = Math.Max(_store.State.TimeMilliseconds, _time.GetUtcNow().ToUnixTimeMilliseconds());
        try
        {
            _store.Commit(_group, time, sign);
        }
        catch (LedgerException e) when (e.Fault == LedgerFault.Full)
        {
            Fail(e);
            return;
        }
        Publish();
        for (int i = 0; i < _group.Count; i++) _group[i].SetResult(new LedgerPosition(first + i, time));
        _group.Clear();
    }

    private void TakeGroup()
    {
        int size = 0;
        while (_group.Count < GroupCountMax && size < GroupSizeBytesMax && _queue.Reader.TryRead(out AppendRequest? request))
        {
            if (!request.TryTake()) continue;
            _group.Add(request);
            size += request.Entry.Length;
        }
    }

    private void CommitCheckpoint()
    {
        _store.Commit([], 0, sign: true);
        Publish();
    }

    private void Publish() => _head.Publish(_store.State.Count, _store.State.Checkpoint);

    private void Fail(LedgerException fault)
    {
        foreach (AppendRequest request in _group) request.SetException(new LedgerException(fault.Fault, fault.Message, fault));
        _group.Clear();
    }

    private void Stop(Exception cause)
    {
        LedgerException fault = cause as LedgerException ?? new LedgerException(LedgerFault.Storage, "The ledger has stopped; open it again.", cause);
        Volatile.Write(ref _fault, fault);
        _queue.Writer.TryComplete();
        Fail(fault);
        while (_queue.Reader.TryRead(out AppendRequest? request))
        {
            if (request.TryTake()) _group.Add(request);
        }
        Fail(fault);
        _head.End(Closed);
    }
}
