using Errand.Primitives;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Errand.Ledger;

/// <summary>The writing side of a ledger file: entries, tree nodes and checkpoint in one transaction. Not thread-safe.</summary>
internal sealed class LedgerStore : IDisposable
{
    private const int SqliteFull = 13;
    private const long PageCountMax = 0xFFFF_FFFE;

    private readonly SqliteConnection _connection;
    private readonly NoteSigner? _signer;
    private readonly SqliteCommand _insertEntry;
    private readonly SqliteCommand _insertNode;
    private readonly SqliteCommand _updateCheckpoint;
    private readonly long _pageSize;
    private readonly List<(int Level, long Index, Bytes32 Hash)> _completed = [];
    private long _sizeBytesMax;
    private long _sizeBytesMaxSet = -1;

    internal LedgerStore(SqliteConnection connection, LedgerState state, NoteSigner? signer, long sizeBytesMax)
    {
        _connection = connection;
        _signer = signer;
        State = state;
        _sizeBytesMax = sizeBytesMax;
        _pageSize = (long)LedgerSchema.Scalar(connection, "PRAGMA page_size")!;
        _insertEntry = Prepare("INSERT INTO entries(position, time, leaf, bytes) VALUES ($position, $time, $leaf, $bytes)",
            ("$position", SqliteType.Integer), ("$time", SqliteType.Integer), ("$leaf", SqliteType.Blob), ("$bytes", SqliteType.Blob));
        _insertNode = Prepare("INSERT INTO nodes(level, node, hash) VALUES ($level, $node, $hash)",
            ("$level", SqliteType.Integer), ("$node", SqliteType.Integer), ("$hash", SqliteType.Blob));
        _updateCheckpoint = Prepare("UPDATE ledger SET checkpoint = $checkpoint WHERE id = 0", ("$checkpoint", SqliteType.Blob));
    }

    /// <summary>What is durable.</summary>
    internal LedgerState State { get; private set; }

    /// <summary>The size at which the file takes no more; takes effect with the next commit. May be set from any thread.</summary>
    internal long SizeBytesMax
    {
        set => Volatile.Write(ref _sizeBytesMax, value);
    }

    /// <summary>Writes entries of one time, and a checkpoint over everything if asked to; durable when it returns.</summary>
    /// <exception cref="LedgerException">
    /// <see cref="LedgerFault.Full"/>: nothing of it was written, and a later commit may succeed. <see cref="LedgerFault.Storage"/>:
    /// what was written is unknown until the file is opened again.
    /// </exception>
    internal void Commit(List<AppendRequest> group, long timeMilliseconds, bool sign) => Commit(
        tree =>
        {
            foreach (AppendRequest request in group) Insert(tree, timeMilliseconds, request.Entry);
            // Signed inside the transaction and shown to no one before it is committed: a crash can lose this checkpoint, but
            // no one then holds it, and the log cannot go on to sign another tree of the same size against it.
            return sign ? Keep(new Checkpoint(_signer!.VerifierKey.Name, tree.Count, tree.Root).Sign(_signer)) : null;
        },
        group.Count > 0 ? timeMilliseconds : State.TimeMilliseconds);

    /// <summary>Writes entries of another ledger's file with their times, and the checkpoint that is then over exactly all of them; durable when it returns.</summary>
    /// <exception cref="LedgerException">As for the other.</exception>
    internal void Commit(IReadOnlyList<LedgerEntry> entries, SignedCheckpoint? reached) => Commit(
        tree =>
        {
            foreach (LedgerEntry entry in entries) Insert(tree, entry.TimeMilliseconds, entry.Bytes);
            return reached is null ? null : Keep(reached);
        },
        entries.Count > 0 ? entries[^1].TimeMilliseconds : State.TimeMilliseconds);

    public void Dispose()
    {
        _insertEntry.Dispose();
        _insertNode.Dispose();
        _updateCheckpoint.Dispose();
        _connection.Dispose();
    }

    private void Commit(Func<MerkleAccumulator, SignedCheckpoint?> write, long lastTime)
    {
        MerkleAccumulator tree = State.Tree.Clone();
        SignedCheckpoint checkpoint;
        try
        {
            ApplySizeMax();
            LedgerSchema.Execute(_connection, "BEGIN IMMEDIATE");
            checkpoint = write(tree) ?? State.Checkpoint;
            LedgerSchema.Execute(_connection, "COMMIT");
        }
        catch (SqliteException e)
        {
            throw Undo(e);
        }
        State = new LedgerState(tree, lastTime, checkpoint);
    }

    private void Insert(MerkleAccumulator tree, long time, ReadOnlyMemory<byte> entry)
    {
        byte[] bytes = entry.ToArray();
        Bytes32 leaf = LedgerLeaf.Hash(time, bytes);
        SetAndRun(_insertEntry, tree.Count, time, leaf.ToArray(), bytes);
        tree.AppendLeafHash(leaf, Collect);
        foreach ((int level, long index, Bytes32 hash) in _completed) SetAndRun(_insertNode, level, index, hash.ToArray());
        _completed.Clear();
    }

    private void Collect(int level, long index, Bytes32 hash)
    {
        if (level % LedgerSchema.TileHeight == 0) _completed.Add((level, index, hash));
    }

    private SignedCheckpoint Keep(SignedCheckpoint signed)
    {
        SetAndRun(_updateCheckpoint, signed.Note.ToBytes());
        return signed;
    }

    private LedgerException Undo(SqliteException cause)
    {
        _completed.Clear();
        try
        {
            if (raw.sqlite3_get_autocommit(_connection.Handle) == 0) LedgerSchema.Execute(_connection, "ROLLBACK");
            if (cause.SqliteErrorCode == SqliteFull && CountOnDisk() == State.Count)
                return new LedgerException(LedgerFault.Full, "There is no space for the entry; it was not written. Make space on the ledger's disk, or raise its size limit.", cause);
        }
        catch (SqliteException e)
        {
            return Failed(new AggregateException(cause, e));
        }
        return Failed(cause);
    }

    // A failed write or fsync leaves unknown what is on the disk; going on could acknowledge what is not there.
    private static LedgerException Failed(Exception cause) =>
        new(LedgerFault.Storage, "Writing the ledger failed; it takes no more entries. See to its disk and open it again: what was acknowledged is checked then.", cause);

    private long CountOnDisk() => LedgerSchema.Scalar(_connection, "SELECT max(position) FROM entries") is long last ? last + 1 : 0;

    private void ApplySizeMax()
    {
        long wanted = Volatile.Read(ref _sizeBytesMax);
        if (wanted == _sizeBytesMaxSet) return;
        LedgerSchema.Execute(_connection, $"PRAGMA max_page_count={Math.Clamp(wanted / _pageSize, 1, PageCountMax)}");
        _sizeBytesMaxSet = wanted;
    }

    private SqliteCommand Prepare(string sql, params ReadOnlySpan<(string Name, SqliteType Type)> parameters)
    {
        SqliteCommand command = _connection.CreateCommand();
#pragma warning disable CA2100 // the texts are the constants above
        command.CommandText = sql;
#pragma warning restore CA2100
        foreach ((string name, SqliteType type) in parameters) command.Parameters.Add(name, type);
        return command;
    }

    private static void SetAndRun(SqliteCommand command, params ReadOnlySpan<object> values)
    {
        for (int i = 0; i < values.Length; i++) command.Parameters[i].Value = values[i];
        if (command.ExecuteNonQuery() != 1) throw new InvalidOperationException("A statement on the ledger did not change exactly one row.");
    }
}
