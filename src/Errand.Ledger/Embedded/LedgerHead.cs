namespace Errand.Ledger;

/// <summary>What the writer publishes to everyone else: how much is final, and the newest checkpoint.</summary>
internal sealed class LedgerHead(long count, SignedCheckpoint checkpoint)
{
    private SignedCheckpoint _checkpoint = checkpoint;

    /// <summary>How many entries are final.</summary>
    internal Watermark Final { get; } = new(count);

    /// <summary>How many entries the newest checkpoint covers.</summary>
    internal Watermark Signed { get; } = new(checkpoint.Checkpoint.Size);

    internal SignedCheckpoint Checkpoint => Volatile.Read(ref _checkpoint);

    /// <summary>Called after the commit that made both durable, never before.</summary>
    internal void Publish(long count, SignedCheckpoint checkpoint)
    {
        // The count first: whoever sees the checkpoint can read and prove everything it covers.
        Final.RaiseTo(count);
        Volatile.Write(ref _checkpoint, checkpoint);
        Signed.RaiseTo(checkpoint.Checkpoint.Size);
    }

    internal void End(Func<Exception> reason)
    {
        Final.End(reason);
        Signed.End(reason);
    }
}
