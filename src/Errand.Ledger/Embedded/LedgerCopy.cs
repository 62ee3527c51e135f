using System.Runtime.CompilerServices;
using Errand.Primitives;
using Microsoft.Data.Sqlite;

namespace Errand.Ledger;

/// <summary>A copy of another's ledger in a file of the same form: it takes proven pages, signs nothing, and proves to readers what the original proved to it.</summary>
/// <remarks>
/// The file can take the place of a lost original: it holds every entry, and the newest checkpoint it was given. Readers see only what
/// that checkpoint covers. Appending is not for it.
/// </remarks>
public sealed class LedgerCopy : ITreeLedger, IDisposable
{
    private readonly LedgerFileLock _lock;
    private readonly LedgerStore _store;
    private readonly LedgerReaderPool _readers;
    private readonly CheckpointBoard _board;
    private int _disposed;

    private LedgerCopy(string path, LedgerFileLock fileLock, LedgerStore store, VerifierKey key)
    {
        _lock = fileLock;
        _store = store;
        _readers = new LedgerReaderPool(path);
        _board = new CheckpointBoard(store.State.Checkpoint);
        VerifierKey = key;
    }

    /// <inheritdoc/>
    public VerifierKey VerifierKey { get; }

    /// <inheritdoc/>
    public SignedCheckpoint LatestCheckpoint => _board.Current;

    /// <summary>How many entries it holds, covered or not: where copying goes on.</summary>
    public long Held => _store.State.Count;

    /// <summary>Opens a copy and checks all of it; makes an empty one where there is none.</summary>
    /// <exception cref="LedgerException">The file is in use, damaged, rolled back, or another network's; see <see cref="LedgerFault"/>.</exception>
    /// <exception cref="IOException">The folder does not exist or cannot be used.</exception>
    public static Task<LedgerCopy> OpenAsync(string path, NetworkId network, VerifierKey key)
    {
        ArgumentNullException.ThrowIfNull(key);
        string full = Path.GetFullPath(path);
        return Task.Run(() => Open(full, network, key));
    }

    /// <summary>Takes the next entries of the original, and its checkpoint once they are all that it covers. Durable when it returns. One caller at a time.</summary>
    /// <exception cref="ArgumentException">The entries do not follow what is held, or lead to another tree than the checkpoint's: nothing was taken.</exception>
    /// <exception cref="LedgerException">The storage failed.</exception>
    public void Take(IReadOnlyList<LedgerEntry> entries, SignedCheckpoint checkpoint)
    {
        ArgumentNullException.ThrowIfNull(entries);
        ArgumentNullException.ThrowIfNull(checkpoint);
        LedgerState state = _store.State;
        MerkleAccumulator tree = state.Tree.Clone();
        long time = state.TimeMilliseconds;
        foreach (LedgerEntry entry in entries)
        {
            LedgerLimits.CheckEntry(entry.Bytes);
            if (entry.Position != tree.Count || entry.TimeMilliseconds < time) throw new ArgumentException("The entries do not follow those that are held.", nameof(entries));
            tree.AppendLeafHash(LedgerLeaf.Hash(entry.TimeMilliseconds, entry.Bytes.Span));
            time = entry.TimeMilliseconds;
        }
        bool reached = tree.Count == checkpoint.Checkpoint.Size;
        if (tree.Count > checkpoint.Checkpoint.Size || (reached && tree.Root != checkpoint.Checkpoint.Root))
            throw new ArgumentException("The checkpoint is not over these entries.", nameof(checkpoint));
        if (entries.Count == 0 && (!reached || checkpoint.Note.ToString() == state.Checkpoint.Note.ToString())) return;
        _store.Commit(entries, reached ? checkpoint : null);
        if (reached) _board.Publish(checkpoint);
    }

    /// <summary>Not for a copy.</summary>
    /// <exception cref="NotSupportedException">Always.</exception>
    public ValueTask<LedgerPosition> AppendAsync(ReadOnlyMemory<byte> entry, CancellationToken cancellation = default) =>
        throw new NotSupportedException("A copy of a ledger takes no entries. Append to the ledger itself.");

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<LedgerEntry>> ReadAsync(long fromPosition, int countMax, CancellationToken cancellation = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(fromPosition);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(countMax);
        ThrowIfDisposed();
        cancellation.ThrowIfCancellationRequested();
        long count = Math.Min(Math.Min(countMax, LedgerLimits.ReadCountMax), Covered - fromPosition);
        return new(count <= 0 ? [] : _readers.Use(reader => reader.Read(fromPosition, fromPosition + count)));
    }

    /// <inheritdoc/>
    public IAsyncEnumerable<LedgerEntry> FollowAsync(long fromPosition, CancellationToken cancellation = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(fromPosition);
        return FollowFromAsync(fromPosition, cancellation);
    }

    /// <inheritdoc/>
    public ValueTask<long> CountAsync(CancellationToken cancellation = default)
    {
        ThrowIfDisposed();
        return new(Covered);
    }

    /// <inheritdoc/>
    public async ValueTask<SignedCheckpoint> WaitForCheckpointAsync(long size, CancellationToken cancellation = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(size);
        return await _board.WaitAboveAsync(size - 1, cancellation).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public IReadOnlyList<Bytes32> ProveInclusion(long position, long treeSize)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(treeSize, Covered);
        return _readers.Use(reader => MerkleProofs.ProveInclusion(position, treeSize, reader.Node));
    }

    /// <inheritdoc/>
    public IReadOnlyList<Bytes32> ProveConsistency(long oldSize, long newSize)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(newSize, Covered);
        return _readers.Use(reader => MerkleProofs.ProveConsistency(oldSize, newSize, reader.Node));
    }

    /// <inheritdoc/>
    public RangeProof ProveRange(long from, long upTo, long treeSize)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(treeSize, Covered);
        return _readers.Use(reader => RangeProof.Prove(from, upTo, treeSize, reader.Node));
    }

    /// <inheritdoc/>
    public IReadOnlyList<Bytes32> ReadHashes(int tileLevel, long from, int count) => TreeTiles.Read(_readers, Covered, tileLevel, from, count);

    /// <inheritdoc/>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0) return;
        _board.End(() => new ObjectDisposedException(nameof(LedgerCopy)));
        _readers.Dispose();
        _store.Dispose();
        _lock.Dispose();
    }

    private long Covered => LatestCheckpoint.Checkpoint.Size;

    private static LedgerCopy Open(string path, NetworkId network, VerifierKey key)
    {
        LedgerFileLock fileLock = LedgerFileLock.Take(path);
        SqliteConnection? connection = null;
        try
        {
            if (!File.Exists(path)) LedgerSchema.Create(path, network, []);
            connection = LedgerSchema.OpenWriter(path);
            LedgerState state = LedgerFileCheck.Run(connection, new LedgerFileTerms(path, network, key, Known: null, MayBeUnsigned: true));
            return new LedgerCopy(path, fileLock, new LedgerStore(connection, state, signer: null, sizeBytesMax: long.MaxValue), key);
        }
        catch (Exception e)
        {
            connection?.Dispose();
            fileLock.Dispose();
            if (e is SqliteException sqlite) throw LedgerSchema.FaultOf(sqlite, path);
            throw;
        }
    }

    private async IAsyncEnumerable<LedgerEntry> FollowFromAsync(long next, [EnumeratorCancellation] CancellationToken cancellation)
    {
        while (true)
        {
            await _board.WaitAboveAsync(next, cancellation).ConfigureAwait(false);
            foreach (LedgerEntry entry in await ReadAsync(next, LedgerLimits.ReadCountMax, cancellation).ConfigureAwait(false))
            {
                cancellation.ThrowIfCancellationRequested();
                yield return entry;
                next++;
            }
        }
    }

    private void ThrowIfDisposed() => ObjectDisposedException.ThrowIf(Volatile.Read(ref _disposed) != 0, this);
}
