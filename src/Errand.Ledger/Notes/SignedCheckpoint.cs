namespace Errand.Ledger;

/// <summary>A checkpoint and the note that carries it, signed by the log and perhaps by others.</summary>
public sealed record SignedCheckpoint
{
    internal SignedCheckpoint(Checkpoint checkpoint, SignedNote note)
    {
        Checkpoint = checkpoint;
        Note = note;
    }

    /// <summary>What is signed.</summary>
    public Checkpoint Checkpoint { get; }

    /// <summary>The note; <see cref="SignedNote.ToBytes"/> is what tools exchange.</summary>
    public SignedNote Note { get; }
}
