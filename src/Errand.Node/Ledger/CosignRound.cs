using Errand.Ledger;
using Errand.Primitives;

namespace Errand.Node;

/// <summary>One checkpoint on its way to a quorum. Thread-safe.</summary>
internal sealed class CosignRound(SignedCheckpoint checkpoint, int witnesses, int needed)
{
    private readonly Lock _lock = new();
    private readonly List<NoteSignature> _lines = [];
    private readonly HashSet<PublicKey> _overtaken = [];
    private readonly TaskCompletionSource _quorum = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _hopeless = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>What is to be cosigned.</summary>
    internal SignedCheckpoint Checkpoint => checkpoint;

    /// <summary>Completed when enough have cosigned.</summary>
    internal Task Quorum => _quorum.Task;

    /// <summary>Completed when so many witnesses say that they have cosigned a larger one before that the rest are no quorum. One liar alone ends no round.</summary>
    internal Task Overtaken => _hopeless.Task;

    /// <summary>The lines so far.</summary>
    internal IReadOnlyList<NoteSignature> Lines
    {
        get
        {
            lock (_lock) return [.. _lines];
        }
    }

    internal void Add(NoteSignature line)
    {
        lock (_lock)
        {
            _lines.Add(line);
            if (_lines.Count >= needed) _quorum.TrySetResult();
        }
    }

    internal void Overtake(PublicKey witness)
    {
        lock (_lock)
        {
            _overtaken.Add(witness);
            if (_overtaken.Count > witnesses - needed) _hopeless.TrySetResult();
        }
    }
}
