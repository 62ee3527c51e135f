using Errand.Ledger;

namespace Errand.Node;

/// <summary>One checkpoint on its way to a quorum. Thread-safe.</summary>
internal sealed class CosignRound(SignedCheckpoint checkpoint, int needed)
{
    private readonly Lock _lock = new();
    private readonly List<NoteSignature> _lines = [];
    private readonly TaskCompletionSource _quorum = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _hopeless = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>What is to be cosigned.</summary>
    internal SignedCheckpoint Checkpoint => checkpoint;

    /// <summary>Completed when enough have cosigned.</summary>
    internal Task Quorum => _quorum.Task;

    /// <summary>Completed when a witness has cosigned a larger one before, and can never cosign this.</summary>
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

    internal void Overtake() => _hopeless.TrySetResult();
}
