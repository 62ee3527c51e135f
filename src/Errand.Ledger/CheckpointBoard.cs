namespace Errand.Ledger;

/// <summary>The newest checkpoint under which entries are final, for many to see and wait for. Sizes only rise. One writer.</summary>
public sealed class CheckpointBoard
{
    private readonly Watermark _size;
    private SignedCheckpoint _current;

    /// <summary>A board that shows a checkpoint.</summary>
    public CheckpointBoard(SignedCheckpoint first)
    {
        ArgumentNullException.ThrowIfNull(first);
        _current = first;
        _size = new Watermark(first.Checkpoint.Size);
    }

    /// <summary>The newest.</summary>
    public SignedCheckpoint Current => Volatile.Read(ref _current);

    /// <summary>Shows a newer one. One over fewer entries is ignored; one over as many replaces it, as when it has more cosignatures.</summary>
    public void Publish(SignedCheckpoint checkpoint)
    {
        ArgumentNullException.ThrowIfNull(checkpoint);
        if (checkpoint.Checkpoint.Size < _size.Value) return;
        Volatile.Write(ref _current, checkpoint);
        _size.RaiseTo(checkpoint.Checkpoint.Size);
    }

    /// <summary>Waits until it covers more than <paramref name="size"/> entries, and gives the newest.</summary>
    public async ValueTask<SignedCheckpoint> WaitAboveAsync(long size, CancellationToken cancellation)
    {
        await _size.WaitAboveAsync(size, cancellation).ConfigureAwait(false);
        return Current;
    }

    /// <summary>Fails all waits, present and future.</summary>
    public void End(Func<Exception> reason) => _size.End(reason);
}
