using Errand.Cryptography;
using Errand.Primitives;

namespace Errand.Ledger;

/// <summary>Where an embedded ledger lies, whose it is, and how it behaves.</summary>
public sealed record EmbeddedLedgerOptions
{
    /// <summary>Path of the SQLite file. Beside it lie -wal, -shm, .lock and .owner.</summary>
    public required string Path { get; init; }

    /// <summary>The network whose entries these are; a file is bound to one for ever.</summary>
    public required NetworkId Network { get; init; }

    /// <summary>Signs the checkpoints. The caller keeps it alive until the ledger is disposed, and disposes it.</summary>
    public required SigningKey Key { get; init; }

    /// <summary>Make a new, empty ledger where no file is. Without it, or with a <see cref="KnownCheckpoint"/> over entries, a missing file is refused: it may have been lost.</summary>
    public bool CreateIfMissing { get; init; }

    /// <summary>The least time between two checkpoints while entries arrive; one more is signed on closing. At most an hour.</summary>
    public TimeSpan CheckpointInterval { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>
    /// A checkpoint this ledger is known to have signed, kept outside of the file: a file that does not continue it is refused as rolled back.
    /// A restored older copy is consistent in itself; only such memory can tell.
    /// </summary>
    public Checkpoint? KnownCheckpoint { get; init; }

    /// <summary>The file takes no more entries at this size (whole pages of 4,096 bytes), so that it cannot fill the disk.</summary>
    public long SizeBytesMax { get; init; } = long.MaxValue;
}
