namespace Errand.Enclave;

/// <summary>Keeps, if asked to, one enclave started ahead: it waits for one task, takes it, and is never used again. Thread-safe.</summary>
/// <param name="start">Starts an enclave.</param>
/// <param name="wanted">False starts each one when it is asked for.</param>
internal sealed class EnclaveStandby(Func<CancellationToken, Task<EnclaveAnswer<IEnclaveSession>>> start, bool wanted) : IAsyncDisposable
{
    private readonly Lock _lock = new();
    private readonly CancellationTokenSource _ended = new();
    private Task<EnclaveAnswer<IEnclaveSession>>? _ready;
    private bool _disposed;

    /// <summary>The one started ahead, if any.</summary>
    public Task<EnclaveAnswer<IEnclaveSession>>? Ready => _ready;

    /// <summary>Starts the first one ahead.</summary>
    public void Begin()
    {
        lock (_lock) PrepareNeedsLock();
    }

    /// <summary>Hands out the one that is ready, or starts one.</summary>
    public async Task<EnclaveAnswer<IEnclaveSession>> TakeAsync(CancellationToken cancellation)
    {
        Task<EnclaveAnswer<IEnclaveSession>>? ready;
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            ready = _ready;
            _ready = null;
        }

        EnclaveAnswer<IEnclaveSession> answer = ready is null ? await start(cancellation).ConfigureAwait(false) : await ready.ConfigureAwait(false);
        // It may have waited for days, and not lived to see its task.
        if (ready is not null && answer.Value is not EnclaveSession { Enclave.IsAlive: true })
        {
            if (answer.Value is { } dead) await dead.DisposeAsync().ConfigureAwait(false);
            answer = await start(cancellation).ConfigureAwait(false);
        }
        // The next one starts while this one works.
        lock (_lock) PrepareNeedsLock();
        return answer;
    }

    /// <summary>Destroys the one kept ready. Sessions handed out are their users'.</summary>
    public async ValueTask DisposeAsync()
    {
        Task<EnclaveAnswer<IEnclaveSession>>? ready;
        lock (_lock)
        {
            if (_disposed) return;
            _disposed = true;
            ready = _ready;
            _ready = null;
        }
        await _ended.CancelAsync().ConfigureAwait(false);
        try
        {
            if (ready is not null && (await ready.ConfigureAwait(false)).Value is { } session) await session.DisposeAsync().ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // It was still starting, and has been destroyed.
        }
        _ended.Dispose();
    }

    private void PrepareNeedsLock()
    {
        if (wanted && !_disposed) _ready ??= start(_ended.Token);
    }
}
