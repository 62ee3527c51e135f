using System.Runtime.CompilerServices;
using Errand.Primitives;
using Microsoft.Data.Sqlite;

namespace Errand.Ledger;

/// <summary>A ledger in one SQLite file, written by one process, with a Merkle tree over its entries and signed checkpoints.</summary>
/// <remarks>
/// An append returns after its group's transaction is on the disk (WAL, synchronous=FULL). Cancelling one has an effect only
/// while the entry waits: an append that ends with <see cref="OperationCanceledException"/> has not been written. After a fault
/// of the storage the ledger stops and must be opened again; when the disk is full it only refuses, and goes on when it can.
/// </remarks>
public sealed class EmbeddedLedger : ITreeLedger, IAsyncDisposable
{
    private static readonly TimeSpan CheckpointIntervalMax = TimeSpan.FromHours(1);

    private readonly LedgerFileLock _lock;
    private readonly LedgerStore _store;
    private readonly LedgerHead _head;
    private readonly LedgerWriter _writer;
    private readonly LedgerReaderPool _readers;
    private readonly NoteSigner _signer;
    private int _disposed;

    private EmbeddedLedger(string path, LedgerFileLock fileLock, LedgerStore store, EmbeddedLedgerOptions options, NoteSigner signer, TimeProvider time)
    {
        _lock = fileLock;
        _store = store;
        _head = new LedgerHead(store.State.Count, store.State.Checkpoint);
        _readers = new LedgerReaderPool(path);
        _writer = new LedgerWriter(store, _head, time, options.CheckpointInterval);
        _signer = signer;
    }

    /// <inheritdoc/>
    public VerifierKey VerifierKey => _signer.VerifierKey;

    /// <summary>The newest checkpoint. It is durable, covers only durable entries, and follows the last append by the interval at most.</summary>
    public SignedCheckpoint LatestCheckpoint => _head.Checkpoint;

    internal LedgerStore Store => _store;

    /// <summary>The checkpoint that every log begins with, over no entries.</summary>
    public SignedCheckpoint SignEmpty() => new Checkpoint(VerifierKey.Name, 0, MerkleHasher.Empty).Sign(_signer);

    /// <summary>Opens a ledger and checks all of it: one to two seconds of processor time for a million entries.</summary>
    /// <exception cref="LedgerException">The file is in use, missing, damaged, rolled back, or not this network's; see <see cref="LedgerFault"/>.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The checkpoint interval is not between zero and an hour, the size limit not positive, or the known checkpoint's size negative.</exception>
    /// <exception cref="IOException">The folder does not exist or cannot be used.</exception>
    public static Task<EmbeddedLedger> OpenAsync(EmbeddedLedgerOptions options, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(time);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.CheckpointInterval, TimeSpan.Zero, nameof(options));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(options.CheckpointInterval, CheckpointIntervalMax, nameof(options));
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(options.SizeBytesMax, nameof(options));
        // No tree ever has this size, so that nothing would be compared with it.
        if (options.KnownCheckpoint is { } known) ArgumentOutOfRangeException.ThrowIfNegative(known.Size, nameof(options));
        return Task.Run(() => Open(options, time));
    }

    /// <inheritdoc/>
    public ValueTask<LedgerPosition> AppendAsync(ReadOnlyMemory<byte> entry, CancellationToken cancellation = default)
    {
        LedgerLimits.CheckEntry(entry);
        return _writer.AppendAsync(entry, cancellation);
    }

    /// <inheritdoc/>
    /// <remarks>Gives at most <see cref="LedgerLimits.ReadCountMax"/> entries, and stops at <see cref="LedgerLimits.ReadSizeBytesMax"/>.</remarks>
    public ValueTask<IReadOnlyList<LedgerEntry>> ReadAsync(long fromPosition, int countMax, CancellationToken cancellation = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(fromPosition);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(countMax);
        ThrowIfDisposed();
        cancellation.ThrowIfCancellationRequested();
        long count = Math.Min(Math.Min(countMax, LedgerLimits.ReadCountMax), _head.Final.Value - fromPosition);
        return new(count <= 0 ? [] : _readers.Use(reader => reader.Read(fromPosition, fromPosition + count)));
    }

    /// <inheritdoc/>
    /// <exception cref="ObjectDisposedException">The ledger has been disposed, before or while following.</exception>
    public IAsyncEnumerable<LedgerEntry> FollowAsync(long fromPosition, CancellationToken cancellation = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(fromPosition);
        return FollowFromAsync(fromPosition, cancellation);
    }

    /// <inheritdoc/>
    public ValueTask<long> CountAsync(CancellationToken cancellation = default)
    {
        ThrowIfDisposed();
        return new(_head.Final.Value);
    }

    /// <inheritdoc/>
    public async ValueTask<SignedCheckpoint> WaitForCheckpointAsync(long size, CancellationToken cancellation = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(size);
        await _head.Signed.WaitAboveAsync(size - 1, cancellation).ConfigureAwait(false);
        return _head.Checkpoint;
    }

    /// <summary>True when this ledger's first entries are exactly those <paramref name="known"/> was signed over: it was neither rolled back nor rewritten since.</summary>
    public bool IsExtensionOf(Checkpoint known)
    {
        ArgumentNullException.ThrowIfNull(known);
        if (known.Origin != VerifierKey.Name || known.Size < 0 || known.Size > _head.Final.Value) return false;
        return _readers.Use(reader => MerkleProofs.Root(known.Size, reader.Node)) == known.Root;
    }

    /// <inheritdoc/>
    public IReadOnlyList<Bytes32> ProveInclusion(long position, long treeSize)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(treeSize, _head.Final.Value);
        return _readers.Use(reader => MerkleProofs.ProveInclusion(position, treeSize, reader.Node));
    }

    /// <inheritdoc/>
    public IReadOnlyList<Bytes32> ProveConsistency(long oldSize, long newSize)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(newSize, _head.Final.Value);
        return _readers.Use(reader => MerkleProofs.ProveConsistency(oldSize, newSize, reader.Node));
    }

    /// <inheritdoc/>
    public RangeProof ProveRange(long from, long upTo, long treeSize)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(treeSize, _head.Final.Value);
        return _readers.Use(reader => RangeProof.Prove(from, upTo, treeSize, reader.Node));
    }

    /// <inheritdoc/>
    public IReadOnlyList<Bytes32> ReadHashes(int tileLevel, long from, int count) => TreeTiles.Read(_readers, _head.Final.Value, tileLevel, from, count);

    /// <summary>Writes what waits, signs a last checkpoint, and gives the file free. Waiting readers end with <see cref="ObjectDisposedException"/>.</summary>
    /// <exception cref="LedgerException">The last checkpoint could not be written; acknowledged entries are safe.</exception>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0) return;
        try
        {
            await _writer.CloseAsync().ConfigureAwait(false);
        }
        finally
        {
            _head.End(_writer.Closed);
            _readers.Dispose();
            _store.Dispose();
            _lock.Dispose();
        }
    }

    private static EmbeddedLedger Open(EmbeddedLedgerOptions options, TimeProvider time)
    {
        string path = Path.GetFullPath(options.Path);
        // One file, one lock, whatever name it goes by.
        if (File.Exists(path)) path = File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName ?? path;
        options = options with { Path = path };
        var signer = new NoteSigner(Checkpoint.OriginOf(options.Network), options.Key);
        LedgerFileLock fileLock = LedgerFileLock.Take(path);
        SqliteConnection? connection = null;
        try
        {
            CreateOrRequire(options, signer);
            connection = LedgerSchema.OpenWriter(path);
            LedgerState state = LedgerFileCheck.Run(connection, new LedgerFileTerms(path, options.Network, signer.VerifierKey, options.KnownCheckpoint, MayBeUnsigned: false));
            var store = new LedgerStore(connection, state, signer, options.SizeBytesMax);
            return new EmbeddedLedger(path, fileLock, store, options, signer, time);
        }
        catch (Exception e)
        {
            connection?.Dispose();
            fileLock.Dispose();
            if (e is SqliteException sqlite) throw LedgerSchema.FaultOf(sqlite, path);
            throw;
        }
    }

    private static void CreateOrRequire(EmbeddedLedgerOptions options, NoteSigner signer)
    {
        var file = new FileInfo(options.Path);
        if (file is { Exists: true, Length: 0 })
            throw new LedgerException(LedgerFault.Damaged, $"{options.Path} is empty. If a ledger was there, restore a copy; if not, delete the file.");
        if (file.Exists) return;
        // A ledger of which a checkpoint is known has been here: an empty one in its place would pass for it the next time.
        if (!options.CreateIfMissing || options.KnownCheckpoint is { Size: > 0 })
            throw new LedgerException(LedgerFault.Missing, $"There is no ledger at {options.Path}. Give the right path, or ask for a new ledger and name no known checkpoint.");
        var empty = new Checkpoint(signer.VerifierKey.Name, 0, MerkleHasher.Empty);
        LedgerSchema.Create(options.Path, options.Network, empty.Sign(signer).Note.ToBytes());
    }

    private async IAsyncEnumerable<LedgerEntry> FollowFromAsync(long next, [EnumeratorCancellation] CancellationToken cancellation)
    {
        while (true)
        {
            await _head.Final.WaitAboveAsync(next, cancellation).ConfigureAwait(false);
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
