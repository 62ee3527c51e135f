using Errand.Primitives;

namespace Errand.Ledger;

/// <summary>A checkpoint and the note that carries it, signed by the log and perhaps by others.</summary>
public sealed record SignedCheckpoint
{
    internal SignedCheckpoint(Checkpoint checkpoint, SignedNote note)
    {
        Checkpoint = checkpoint;
        Note = note;
    }

    /// <summary>What a copy of a log holds before the first checkpoint: nothing, under nobody's signature.</summary>
    internal static SignedCheckpoint Unsigned(string origin)
    {
        var empty = new Checkpoint(origin, 0, MerkleHasher.Empty);
        return new SignedCheckpoint(empty, new SignedNote(empty.ToText(), []));
    }

    /// <summary>What is signed.</summary>
    public Checkpoint Checkpoint { get; }

    /// <summary>The note; <see cref="SignedNote.ToBytes"/> is what tools exchange.</summary>
    public SignedNote Note { get; }

    /// <summary>The same checkpoint with further signatures on its note. Who made them is not checked here.</summary>
    public SignedCheckpoint With(IEnumerable<NoteSignature> further) => new(Checkpoint, Note.With(further));
}
