namespace Errand.Enclave;

/// <summary>Files too large for memory, as they come: one after the other, each from its beginning to its end, and all of that as often as the task says.</summary>
public interface ITapeSource
{
    /// <summary>The files, in the order in which they come.</summary>
    IReadOnlyList<TapeFile> Files { get; }

    /// <summary>How often all of them come.</summary>
    int Passes { get; }

    /// <summary>The next bytes of the file that is coming, which hold until the next call; none at its end, after which the next file comes.</summary>
    ReadOnlyMemory<byte> ReadNext();
}
