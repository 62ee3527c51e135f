namespace Errand.Ledger;

/// <summary>An entry on its way into the log. Either the writer takes it or its caller cancels it, never both.</summary>
internal sealed class AppendRequest(ReadOnlyMemory<byte> entry)
    : TaskCompletionSource<LedgerPosition>(TaskCreationOptions.RunContinuationsAsynchronously)
{
    private const int Waiting = 0;
    private const int Taken = 1;
    private const int Cancelled = 2;

    private int _state = Waiting;

    internal ReadOnlyMemory<byte> Entry { get; } = entry;

    /// <summary>Called by the writer; false when the caller has gone, and the entry's memory with it.</summary>
    internal bool TryTake() => Interlocked.CompareExchange(ref _state, Taken, Waiting) == Waiting;

    /// <summary>Waits for the outcome. Cancelling has an effect only until the writer has taken the entry.</summary>
    internal async ValueTask<LedgerPosition> WaitAsync(CancellationToken cancellation)
    {
        using CancellationTokenRegistration registration = cancellation.UnsafeRegister(static (state, token) => ((AppendRequest)state!).Cancel(token), this);
        return await Task.ConfigureAwait(false);
    }

    private void Cancel(CancellationToken cancellation)
    {
        if (Interlocked.CompareExchange(ref _state, Cancelled, Waiting) == Waiting) TrySetCanceled(cancellation);
    }
}
