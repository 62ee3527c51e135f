using System.Runtime.CompilerServices;

namespace Errand.Ledger;

/// <summary>A ledger on an EVM chain: the contract <c>contracts/ErrandLog.sol</c> orders entries, and the chain's finality makes them final.</summary>
/// <remarks>
/// What is read is believed when its hash chain leads to the tip that enough endpoints give for a final block. An append is kept in a file before
/// anything is sent, and lies on the chain exactly once from this account, however often connections, endpoints or this process break; it is sent on
/// after a restart if need be. Cancelling one takes it back if it has no nonce yet. Another account may append the same bytes: the fold counts an entry once. Thread-safe.
/// </remarks>
public sealed class EvmLedger : ILedger, IAsyncDisposable
{
    private const int AppendsAtOnceMax = 4_096;
    private static readonly TimeSpan PauseMax = TimeSpan.FromSeconds(10), OpenPatience = TimeSpan.FromSeconds(30);

    private readonly EvmLedgerOptions _options;
    private readonly LedgerFileLock _lock;
    private readonly EvmStore _store;
    private readonly EvmEndpoints _endpoints;
    private readonly EvmReader _reader;
    private readonly EvmWriter? _writer;
    private readonly TimeProvider _time;
    private readonly Watermark _final;
    private readonly Dictionary<long, TaskCompletionSource<LedgerPosition>> _appends = [];
    private readonly SemaphoreSlim _room = new(AppendsAtOnceMax);
    private readonly SemaphoreSlim _wake = new(0, 1);
    private readonly CancellationTokenSource _stop = new();
    private readonly TaskCompletionSource _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Task _running = Task.CompletedTask;
    private Func<Exception>? _ended;
    private int _disposed;

    private EvmLedger(EvmLedgerOptions options, LedgerFileLock fileLock, EvmStore store, EvmEndpoints endpoints, TimeProvider time)
    {
        _options = options;
        _lock = fileLock;
        _store = store;
        _endpoints = endpoints;
        _reader = new EvmReader(options, store, endpoints);
        _writer = options.Signer is { } signer ? new EvmWriter(options, signer, store, endpoints, time) : null;
        _time = time;
        _final = new Watermark(store.Count);
    }

    /// <summary>Which log this is.</summary>
    public EvmChain Chain => _options.Chain;

    /// <summary>What is wrong at the moment, in a sentence; null while all is well.</summary>
    public string? Problem { get; private set; }

    /// <summary>The last block that was read, and the tip after it, for people.</summary>
    public (long Block, string Tip) Newest => _store.Newest is var (block, tip) ? (block, tip.Value.ToString()) : default;

    /// <summary>Ends when the ledger is disposed; faults when it had to stop, as when the chain broke its finality.</summary>
    public Task Completion => _completion.Task;

    /// <summary>Opens a ledger, checks the file, and reads all that is final now.</summary>
    /// <exception cref="LedgerException">
    /// The file is in use, damaged or another log's; there is no such contract; the endpoints are on another chain, or none answers for half a minute.
    /// </exception>
    /// <exception cref="ArgumentException">No endpoint, one that is no http or https URL, or an agreement of more endpoints than there are.</exception>
    public static async Task<EvmLedger> OpenAsync(EvmLedgerOptions options, TimeProvider time, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(time);
        options = options.Checked();
        var endpoints = new EvmEndpoints(options.Endpoints, options.Chain.ChainId, options.Agreement, options.Timeout, time);
        LedgerFileLock? fileLock = null;
        EvmStore? store = null;
        try
        {
            fileLock = LedgerFileLock.Take(options.Path);
            store = new EvmStore(options.Path, options.Chain);
            if (options.Signer is { } signer && store.Sent().Find(sent => sent.Account != signer.Address) is { } other)
                throw new LedgerException(LedgerFault.NotAdmitted, $"{options.Path} has entries under way under the account {other.Account}. Open it with that account's key until they are final, then with another.");
            var ledger = new EvmLedger(options, fileLock, store, endpoints, time);
            await ledger.BeginAsync(cancellation).ConfigureAwait(false);
            return ledger;
        }
        catch
        {
            store?.Dispose();
            fileLock?.Dispose();
            endpoints.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public async ValueTask<LedgerPosition> AppendAsync(ReadOnlyMemory<byte> entry, CancellationToken cancellation = default)
    {
        LedgerLimits.CheckEntry(entry);
        cancellation.ThrowIfCancellationRequested();
        if (_writer is null) throw new LedgerException(LedgerFault.NotAdmitted, "Appending to a chain costs a fee, and no account was given to pay it. Give a fee key, or append through a node that has one.");
        ThrowIfEnded();
        await _room.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            (long number, TaskCompletionSource<LedgerPosition> append) = Enqueue(entry);
            await using CancellationTokenRegistration registration = cancellation.UnsafeRegister(_ => Withdraw(number, cancellation), null);
            return await append.Task.ConfigureAwait(false);
        }
        finally
        {
            _room.Release();
        }
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<LedgerEntry>> ReadAsync(long fromPosition, int countMax, CancellationToken cancellation = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(fromPosition);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(countMax);
        cancellation.ThrowIfCancellationRequested();
        ThrowIfDisposed();
        return new(_store.Read(fromPosition, countMax));
    }

    /// <inheritdoc/>
    public IAsyncEnumerable<LedgerEntry> FollowAsync(long fromPosition, CancellationToken cancellation = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(fromPosition);
        return FollowFromAsync(fromPosition, cancellation);
    }

    /// <inheritdoc/>
    public ValueTask<long> CountAsync(CancellationToken cancellation = default)
    {
        ThrowIfDisposed();
        return new(_final.Value);
    }

    /// <summary>Stops and gives the file free. What waits to be sent is sent after the next opening.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0) return;
        await _stop.CancelAsync().ConfigureAwait(false);
        await _running.ConfigureAwait(false);
        End(() => new ObjectDisposedException(nameof(EvmLedger)));
        _store.Dispose();
        _lock.Dispose();
        _endpoints.Dispose();
    }

    private async Task BeginAsync(CancellationToken cancellation)
    {
        long began = _time.GetTimestamp();
        ulong reached = 0;
        while (true)
        {
            try
            {
                await _reader.RequireContractAsync(cancellation).ConfigureAwait(false);
                await _reader.AdvanceAsync(cancellation).ConfigureAwait(false);
                break;
            }
            catch (LedgerException fault) when (fault.Fault == LedgerFault.Transport && (_reader.Next > reached || _time.GetElapsedTime(began) < OpenPatience))
            {
                if (_reader.Next > reached) (reached, began) = (_reader.Next, _time.GetTimestamp());
                _options.Warn?.Invoke(fault.Message);
                await Task.Delay(_options.Poll, _time, cancellation).ConfigureAwait(false);
            }
        }
        _final.RaiseTo(_store.Count);
        _running = Task.Run(RunAsync, CancellationToken.None);
    }

    private async Task RunAsync()
    {
        TimeSpan pause = _options.Poll;
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                await StepAsync().ConfigureAwait(false);
                Problem = null;
                pause = _options.Poll;
            }
            catch (LedgerException fault) when (fault.Fault is LedgerFault.Transport or LedgerFault.Full)
            {
                Problem = fault.Message;
                _options.Warn?.Invoke(fault.Message);
                pause = pause * 2 < PauseMax ? pause * 2 : PauseMax;
            }
            catch (OperationCanceledException) when (_stop.IsCancellationRequested)
            {
                return;
            }
            catch (Exception fault)
            {
                // Whatever it is, going on could append or show something wrong.
                Problem = fault.Message;
                End(fault is LedgerException { Fault: var kind } ? () => new LedgerException(kind, fault.Message, fault) : () => new LedgerException(LedgerFault.Storage, $"The ledger has stopped: {fault.Message}", fault));
                return;
            }
            await WaitAsync(pause).ConfigureAwait(false);
        }
    }

    private async Task StepAsync()
    {
        await _reader.AdvanceAsync(_stop.Token).ConfigureAwait(false);
        // Appends are told first: who has been told finds its entry.
        _final.RaiseTo(_store.Count);
        if (_writer is null) return;
        await _writer.StepAsync(Tell, _stop.Token).ConfigureAwait(false);
    }

    // Whatever fails afterwards in the same step.
    private void Tell(Settled settled)
    {
        if (settled.Position is not { } position) return;
        lock (_appends)
            if (_appends.Remove(settled.Number, out TaskCompletionSource<LedgerPosition>? append)) append.TrySetResult(position);
    }

    private async Task WaitAsync(TimeSpan pause)
    {
        using var ready = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token);
        Task wake = _wake.WaitAsync(ready.Token);
        await Task.WhenAny(wake, Task.Delay(pause, _time, ready.Token)).ConfigureAwait(false);
        await ready.CancelAsync().ConfigureAwait(false);
    }

    private (long, TaskCompletionSource<LedgerPosition>) Enqueue(ReadOnlyMemory<byte> entry)
    {
        // Under the lock that ends an append too: it cannot be settled before it is known here.
        lock (_appends)
        {
            ThrowIfEnded();
            long number = _store.Enqueue(entry);
            var append = new TaskCompletionSource<LedgerPosition>(TaskCreationOptions.RunContinuationsAsynchronously);
            _appends.Add(number, append);
            if (_wake.CurrentCount == 0) _wake.Release();
            return (number, append);
        }
    }

    private void Withdraw(long number, CancellationToken cancellation)
    {
        lock (_appends)
        {
            if (!_appends.Remove(number, out TaskCompletionSource<LedgerPosition>? append)) return;
            append.TrySetCanceled(cancellation);
            try
            {
                if (_ended is null) _store.TryWithdraw(number);
            }
            catch (LedgerException)
            {
                // It is sent, then, which its caller has been told may happen; the loop meets the same fault.
            }
        }
    }

    private async IAsyncEnumerable<LedgerEntry> FollowFromAsync(long next, [EnumeratorCancellation] CancellationToken cancellation)
    {
        while (true)
        {
            await _final.WaitAboveAsync(next, cancellation).ConfigureAwait(false);
            foreach (LedgerEntry entry in await ReadAsync(next, LedgerLimits.ReadCountMax, cancellation).ConfigureAwait(false))
            {
                cancellation.ThrowIfCancellationRequested();
                yield return entry;
                next++;
            }
        }
    }

    private void End(Func<Exception> reason)
    {
        lock (_appends)
        {
            _ended ??= reason;
            foreach (TaskCompletionSource<LedgerPosition> append in _appends.Values) append.TrySetException(_ended());
            _appends.Clear();
        }
        _final.End(reason);
        if (_stop.IsCancellationRequested) _completion.TrySetResult();
        else _completion.TrySetException(reason());
        // Nobody has to look.
        _ = _completion.Task.Exception;
    }

    private void ThrowIfEnded()
    {
        if (_ended is { } reason) throw reason();
    }

    private void ThrowIfDisposed() => ObjectDisposedException.ThrowIf(_stop.IsCancellationRequested, this);
}
