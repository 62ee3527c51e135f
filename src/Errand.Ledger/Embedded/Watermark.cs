namespace Errand.Ledger;

/// <summary>A number that only rises, and that many can wait for.</summary>
internal sealed class Watermark(long value)
{
    private long _value = value;
    private Func<Exception>? _end;
    private TaskCompletionSource _risen = new(TaskCreationOptions.RunContinuationsAsynchronously);

    internal long Value => Volatile.Read(ref _value);

    /// <summary>Sets the number and wakes those who wait. One writer only.</summary>
    internal void RaiseTo(long value)
    {
        if (value <= Value) return;
        Volatile.Write(ref _value, value);
        Wake();
    }

    /// <summary>Fails all waits, present and future, that are not fulfilled already. The first call counts.</summary>
    internal void End(Func<Exception> reason)
    {
        Interlocked.CompareExchange(ref _end, reason, null);
        Wake();
    }

    /// <summary>Completes when the number is greater than <paramref name="value"/>.</summary>
    internal async ValueTask WaitAboveAsync(long value, CancellationToken cancellation)
    {
        while (true)
        {
            // Taken before the number is looked at: a rise in between completes it.
            Task risen = Volatile.Read(ref _risen).Task;
            if (Value > value) return;
            if (Volatile.Read(ref _end) is { } end) throw end();
            await risen.WaitAsync(cancellation).ConfigureAwait(false);
        }
    }

    private void Wake() =>
        Interlocked.Exchange(ref _risen, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).SetResult();
}
