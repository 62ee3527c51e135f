using Errand.Protocol;

namespace Errand.Enclave;

/// <summary>Makes enclaves that are ordinary child processes: for development, where the machine's holder is trusted.</summary>
/// <remarks>Thread-safe. Each enclave has a state folder of its own, removed with it.</remarks>
public sealed class ProcessEnclaveLauncher : IEnclaveLauncher
{
    private const string Warning =
        "WARNING: enclaves are ordinary processes here. Whoever holds this machine can read every key and all data in them.";

    private readonly ProcessEnclaveOptions _options;
    private readonly EnclaveStandby _standby;

    /// <summary>Measures the program, removes what a host that was killed left behind and, if asked to, starts the first process ahead.</summary>
    /// <exception cref="IOException">The program's files cannot be read.</exception>
    /// <exception cref="InvalidOperationException">The user's folder for enclaves, in the temporary one, is not that user's alone. The message says what to do.</exception>
    public ProcessEnclaveLauncher(ProcessEnclaveOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        _options = options;
        _options.Warn(Warning);
        Measurement = EnclaveImage.Measure(options.Folder);
        // A process ends by itself when its host is gone.
        EnclaveFolder.RemoveLeftBehind(EnclaveProcess.FolderKind, _ => { });
        _standby = new EnclaveStandby(StartAsync, options.Standby);
        _standby.Begin();
    }

    /// <inheritdoc/>
    public ReadOnlyMemory<byte> Measurement { get; }

    /// <summary>The process started ahead, if any.</summary>
    internal Task<EnclaveAnswer<IEnclaveSession>>? Ready => _standby.Ready;

    /// <inheritdoc/>
    public bool Fits(TaskLimits limits, long heldBytes) => EnclaveLimits.Allow(limits) && heldBytes <= EnclaveLimits.InputBytesMax;

    /// <inheritdoc/>
    public Task<EnclaveAnswer<IEnclaveSession>> LaunchAsync(CancellationToken cancellation) => _standby.TakeAsync(cancellation);

    /// <summary>Destroys the process kept ready. Sessions handed out are their users'.</summary>
    public ValueTask DisposeAsync() => _standby.DisposeAsync();

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
