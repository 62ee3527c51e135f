namespace Errand.Cryptography;

/// <summary>Why a file was not sealed, opened or verified. Numbers and codes are stable.</summary>
public enum SealingError : byte
{
    /// <summary>Nothing is wrong.</summary>
    None = 0,

    /// <summary>The header is outside the format.</summary>
    Header = 1,

    /// <summary>The file ends before the header, or before all chunks that the header announces.</summary>
    Truncated = 2,

    /// <summary>Bytes follow the last chunk, or a chunk is longer than the header says.</summary>
    TrailingData = 3,

    /// <summary>The bytes are not those of the content id that the caller named.</summary>
    ContentId = 4,

    /// <summary>The header commits to another content key.</summary>
    KeyCommitment = 5,

    /// <summary>A chunk's tag does not hold: it was changed, moved, or comes from another file.</summary>
    ChunkTag = 6,

    /// <summary>A list of leaf hashes has another length than the header calls for, or is too long to hold.</summary>
    Index = 7,

    /// <summary>What an interrupted run left behind is not the beginning of what would be written now.</summary>
    Resume = 8,

    /// <summary>The plaintext is shorter or longer than announced.</summary>
    PlaintextLength = 9,
}
