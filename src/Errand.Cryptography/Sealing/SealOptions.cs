using Errand.Primitives;

namespace Errand.Cryptography;

/// <summary>How a file is sealed.</summary>
public sealed record SealOptions
{
    /// <summary>Plaintext bytes in a chunk: a power of two, 4 KiB … 1 MiB.</summary>
    public int ChunkSize { get; init; } = SealedFormat.ChunkSizeDefault;

    /// <summary>The content key sealed to recipients: at most 64 stanzas of 1 … 4,000 bytes.</summary>
    public IReadOnlyList<ReadOnlyMemory<byte>> Recipients { get; init; } = [];

    /// <summary>Bytes of the index with which a folder's plaintext begins, 1 … 2 MiB; 0 for a file.</summary>
    public int FolderIndexSize { get; init; }

    /// <summary>How many threads seal at the same time. The bytes do not depend on it.</summary>
    public int Workers { get; init; } = 1;

    /// <summary>
    /// A salt other than a fresh random one, for known-answer tests. Two plaintexts sealed under one content key and one salt
    /// share their nonces, which gives both away.
    /// </summary>
    public Bytes32? DangerousSalt { get; init; }
}
