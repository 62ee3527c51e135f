using Errand.Primitives;
using Microsoft.Data.Sqlite;

namespace Errand.Ledger;

/// <summary>What a reader of an EVM ledger knows, on the disk: the entries up to a final block. Thread-safe.</summary>
internal sealed partial class EvmStore : IDisposable
{
    private const int DiskFull = 13;
    private const long SecondsMax = long.MaxValue / 1000;

    private readonly SqliteConnection _connection;
    private readonly string _path;
    private readonly Lock _gate = new();
    private bool _disposed;

    internal EvmStore(string path, EvmChain chain)
    {
        _path = path;
        _connection = EvmSchema.Open(path, chain);
        try
        {
            using SqliteCommand read = Command("SELECT block, hash, tip FROM log");
            using (SqliteDataReader row = read.ExecuteReader())
            {
                row.Read();
                Block = row.GetInt64(0);
                BlockHash = Bytes32.TryRead(row.GetFieldValue<byte[]>(1), out Bytes32 hash) ? hash : null;
                Tip = Bytes32.TryRead(row.GetFieldValue<byte[]>(2), out Bytes32 tip) ? new LogTip(tip) : throw Damaged(null);
            }
            using SqliteCommand drop = Command("DELETE FROM items WHERE sequence >= $count", ("$count", (long)Tip.Count));
            drop.ExecuteNonQuery();
            Check();
        }
        catch (Exception fault)
        {
            _connection.Dispose();
            if (fault is SqliteException sqlite) throw LedgerSchema.FaultOf(sqlite, path);
            throw;
        }
    }

    /// <summary>The last block that was read; the one before the contract's at first.</summary>
    internal long Block { get; private set; }

    /// <summary>Its hash; null at first.</summary>
    internal Bytes32? BlockHash { get; private set; }

    /// <summary>The contract's tip after that block.</summary>
    internal LogTip Tip { get; private set; }

    /// <summary>How many entries there are.</summary>
    internal long Count { get; private set; }

    /// <summary>The last entry's time; 0 before the first.</summary>
    internal long LastTime { get; private set; }

    /// <summary>Keeps items that follow on what is there, unseen until <see cref="Verify"/>.</summary>
    internal void Stage(IEnumerable<StagedItem> items) => Use(() =>
    {
        using SqliteTransaction transaction = _connection.BeginTransaction();
        using SqliteCommand insert = Command("INSERT INTO items(sequence, position, time, blocktime, sender, id, bytes, claimed) VALUES ($sequence, $position, $time, $blocktime, $sender, $id, $bytes, 0)",
            ("$sequence", 0L), ("$position", 0L), ("$time", 0L), ("$blocktime", 0L), ("$sender", Array.Empty<byte>()), ("$id", Array.Empty<byte>()), ("$bytes", Array.Empty<byte>()));
        foreach (StagedItem item in items)
        {
            insert.Parameters[0].Value = (long)item.Sequence;
            insert.Parameters[1].Value = (object?)item.Position ?? DBNull.Value;
            insert.Parameters[2].Value = item.TimeMilliseconds;
            insert.Parameters[3].Value = (long)item.Item.Time;
            insert.Parameters[4].Value = item.Item.From.ToArray();
            insert.Parameters[5].Value = item.Item.Id.ToArray();
            insert.Parameters[6].Value = item.Position is null ? DBNull.Value : item.Item.Bytes;
            insert.ExecuteNonQuery();
        }
        transaction.Commit();
        return true;
    });

    /// <summary>Takes everything staged as verified.</summary>
    internal void Verify(ChainHead block, LogTip tip, long count, long lastTime) => Use(() =>
    {
        using SqliteCommand update = Command("UPDATE log SET block = $block, hash = $hash, tip = $tip", ("$block", (long)block.Number), ("$hash", block.Hash.ToArray()), ("$tip", tip.Value.ToArray()));
        update.ExecuteNonQuery();
        (Block, BlockHash, Tip, Count, LastTime) = ((long)block.Number, block.Hash, tip, count, lastTime);
        return true;
    });

    /// <summary>Forgets what is staged.</summary>
    internal void Unstage() => Use(() =>
    {
        using SqliteCommand drop = Command("DELETE FROM items WHERE sequence >= $count", ("$count", (long)Tip.Count));
        return drop.ExecuteNonQuery();
    });

    /// <summary>Entries from a position on.</summary>
    internal List<LedgerEntry> Read(long from, long countMax) => Use(() =>
    {
        var entries = new List<LedgerEntry>();
        long count = Math.Min(Math.Min(countMax, LedgerLimits.ReadCountMax), Count - from);
        if (count <= 0) return entries;
        int size = 0;
        using SqliteCommand read = Command("SELECT position, time, bytes, id FROM items WHERE position >= $from AND position < $end ORDER BY position", ("$from", from), ("$end", from + count));
        using SqliteDataReader row = read.ExecuteReader();
        while (size < LedgerLimits.ReadSizeBytesMax && row.Read())
        {
            byte[] bytes = row.GetFieldValue<byte[]>(2);
            if (row.GetInt64(0) != from + entries.Count || !Keccak.Hash(bytes).ToArray().AsSpan().SequenceEqual(row.GetFieldValue<byte[]>(3))) throw Damaged(from + entries.Count);
            entries.Add(new LedgerEntry(row.GetInt64(0), row.GetInt64(1), bytes));
            size += bytes.Length;
        }
        return entries.Count > 0 ? entries : throw Damaged(from);
    });

    /// <summary>The last block and the tip after it, of one moment.</summary>
    internal (long Block, LogTip Tip) Newest
    {
        get
        {
            lock (_gate) return (Block, Tip);
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            if (_disposed) return;
            _disposed = true;
            _connection.Dispose();
        }
    }

    // The whole chain again: a file that was changed does not pass for what the chain holds.
    private void Check()
    {
        LogTip tip = LogTip.Empty;
        long count = 0, last = 0;
        using SqliteCommand read = Command("SELECT sequence, position, time, blocktime, sender, id, bytes FROM items ORDER BY sequence");
        using SqliteDataReader row = read.ExecuteReader();
        while (row.Read())
        {
            byte[] sender = row.GetFieldValue<byte[]>(4);
            if (row.GetInt64(0) != (long)tip.Count || sender.Length != EvmAddress.Size || !Bytes32.TryRead(row.GetFieldValue<byte[]>(5), out Bytes32 id)) throw Damaged(count);
            if (row.GetInt64(3) is < 0 or > SecondsMax) throw Damaged(count);
            long blockTime = row.GetInt64(3), time = Math.Max(last, blockTime * 1000);
            if (!row.IsDBNull(1))
            {
                if (row.GetInt64(1) != count++ || row.GetInt64(2) != time || row.IsDBNull(6) || Keccak.Hash(row.GetFieldValue<byte[]>(6)) != id) throw Damaged(count - 1);
                last = time;
            }
            tip = tip.Next(new EvmAddress(sender), id, (ulong)blockTime);
        }
        if (tip != Tip) throw Damaged(count);
        (Count, LastTime) = (count, last);
    }

    private T Use<T>(Func<T> work)
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_disposed, typeof(EvmLedger));
            try
            {
                return work();
            }
            catch (SqliteException fault)
            {
                throw fault.SqliteErrorCode == DiskFull
                    ? new LedgerException(LedgerFault.Full, $"There is no space for {_path}. It goes on when there is.", fault)
                    : LedgerSchema.FaultOf(fault, _path);
            }
        }
    }

    private SqliteCommand Command(string sql, params (string Name, object Value)[] parameters)
    {
        SqliteCommand command = _connection.CreateCommand();
#pragma warning disable CA2100 // every text is a constant of this folder
        command.CommandText = sql;
#pragma warning restore CA2100
        foreach ((string name, object value) in parameters) command.Parameters.AddWithValue(name, value);
        return command;
    }

    private LedgerException Damaged(long? position) =>
        new(LedgerFault.Damaged, $"{_path} does not hold what was read from the chain. If nothing waits to be sent, remove it: it is read again.", position);
}
