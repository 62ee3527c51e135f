namespace Errand.Node;

/// <summary>A verifier as seen by whoever wants to begin from a state instead of the first entry.</summary>
public interface IStateSource
{
    /// <summary>Frames of its newest state checkpoints, the newest first.</summary>
    IReadOnlyList<ReadOnlyMemory<byte>> StateCheckpoints { get; }

    /// <summary>The snapshot of a position that one of the checkpoints names; null when it is not here.</summary>
    Stream? OpenSnapshot(long position);
}
