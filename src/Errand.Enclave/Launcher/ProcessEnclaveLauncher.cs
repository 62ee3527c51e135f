namespace Errand.Enclave;

/// <summary>Makes enclaves that are ordinary child processes: for development, where the machine's holder is trusted.</summary>
/// <remarks>Thread-safe. Each enclave has a state folder of its own, removed with it.</remarks>
public sealed class ProcessEnclaveLauncher : IEnclaveLauncher
{
    private const string Warning =
        "WARNING: enclaves are ordinary processes here. Whoever holds this machine can read every key and all data in them.";

    private readonly ProcessEnclaveOptions _options;
    private readonly Lock _lock = new();
    private Task<EnclaveAnswer<IEnclaveSession>>? _standby;
    private bool _disposed;

    /// <summary>Measures the program and, if asked to, starts the first process ahead.</summary>
    /// <exception cref="IOException">The program's files cannot be read.</exception>
    public ProcessEnclaveLauncher(ProcessEnclaveOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        _options = options;
        _options.Warn(Warning);
        Measurement = EnclaveImage.Measure(options.Folder);
        if (options.Standby) _standby = StartAsync(CancellationToken.None);
    }

    /// <inheritdoc/>
    public ReadOnlyMemory<byte> Measurement { get; }

    /// <summary>The process started ahead, if any.</summary>
    internal Task<EnclaveAnswer<IEnclaveSession>>? Ready => _standby;

    /// <inheritdoc/>
    public async Task<EnclaveAnswer<IEnclaveSession>> LaunchAsync(CancellationToken cancellation)
    {
        Task<EnclaveAnswer<IEnclaveSession>>? ready;
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            ready = _standby;
            _standby = null;
        }

        EnclaveAnswer<IEnclaveSession> answer = ready is null ? await StartAsync(cancellation).ConfigureAwait(false) : await ready.ConfigureAwait(false);
        // It may have waited for days, and not lived to see its task.
        if (ready is not null && answer.Value is not EnclaveSession { Enclave.IsAlive: true })
        {
            if (answer.Value is { } dead) await dead.DisposeAsync().ConfigureAwait(false);
            answer = await StartAsync(cancellation).ConfigureAwait(false);
        }
        // The next one starts while this one works.
        lock (_lock)
        {
            if (_options.Standby && !_disposed) _standby ??= StartAsync(CancellationToken.None);
        }
        return answer;
    }

    /// <summary>Destroys the process kept ready. Sessions handed out are their users'.</summary>
    public async ValueTask DisposeAsync()
    {
        Task<EnclaveAnswer<IEnclaveSession>>? ready;
        lock (_lock)
        {
            _disposed = true;
            ready = _standby;
            _standby = null;
        }
        if (ready is not null && (await ready.ConfigureAwait(false)).Value is { } session) await session.DisposeAsync().ConfigureAwait(false);
    }

    private async Task<EnclaveAnswer<IEnclaveSession>> StartAsync(CancellationToken cancellation)
    {
        EnclaveProcess process = EnclaveProcess.Start(_options.Folder);
        var channel = new HostChannel(process.Input, process.Output);
        using var timeout = new CancellationTokenSource(_options.StartTimeout, _options.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellation);
        AbortReason reason = AbortReason.EnclaveLost;
        try
        {
            if (await channel.WaitForHelloAsync(either.Token).ConfigureAwait(false)) reason = AbortReason.None;
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            reason = AbortReason.StartTimeout;
        }
        finally
        {
            if (reason != AbortReason.None) await process.DisposeAsync().ConfigureAwait(false);
        }
        return reason == AbortReason.None ? new(reason, new EnclaveSession(channel, process)) : new(reason, null);
    }
}
