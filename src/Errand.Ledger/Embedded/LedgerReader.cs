using Errand.Primitives;
using Microsoft.Data.Sqlite;

namespace Errand.Ledger;

/// <summary>One connection that reads entries and tree nodes. Not thread-safe; <see cref="LedgerReaderPool"/> lends it out.</summary>
internal sealed class LedgerReader : IDisposable
{
    private readonly SqliteConnection _connection;
    private readonly SqliteCommand _entries;
    private readonly SqliteCommand _leaves;
    private readonly SqliteCommand _nodes;

    internal LedgerReader(string path)
    {
        _connection = LedgerSchema.OpenReader(path);
        _entries = Prepare($"SELECT {LedgerRow.Columns} FROM entries WHERE position >= $from AND position < $end ORDER BY position", "$from", "$end");
        _leaves = Prepare("SELECT leaf FROM entries WHERE position >= $from AND position < $end ORDER BY position", "$from", "$end");
        _nodes = Prepare("SELECT hash FROM nodes WHERE level = $level AND node >= $from AND node < $end ORDER BY node", "$from", "$end", "$level");
    }

    /// <summary>Entries from one position up to, not including, another; fewer when they are large. Each is checked against its leaf hash.</summary>
    internal List<LedgerEntry> Read(long from, long end)
    {
        _entries.Parameters[0].Value = from;
        _entries.Parameters[1].Value = end;
        var entries = new List<LedgerEntry>();
        int size = 0;
        using SqliteDataReader row = _entries.ExecuteReader();
        while (size < LedgerLimits.ReadSizeBytesMax && row.Read())
        {
            LedgerEntry entry = ReadEntry(new LedgerRow(row), from + entries.Count);
            entries.Add(entry);
            size += entry.Bytes.Length;
        }
        if (entries.Count == 0) throw Damaged(from);
        return entries;
    }

    /// <summary>A node of the tree (<see cref="MerkleNodeSource"/>); the subtree must be full.</summary>
    internal Bytes32 Node(int level, long index)
    {
        int above = level % LedgerSchema.TileHeight;
        int stored = level - above;
        List<Bytes32> hashes = ReadHashes(stored, index << above, 1 << above);
        for (int count = hashes.Count; count > 1; count /= 2)
        {
            for (int i = 0; i < count / 2; i++) hashes[i] = MerkleHasher.Node(hashes[2 * i], hashes[2 * i + 1]);
        }
        return hashes[0];
    }

    /// <summary>Hashes of a level that is stored, from one on; all of them must be there.</summary>
    internal List<Bytes32> Hashes(int storedLevel, long from, int count) => ReadHashes(storedLevel, from, count);

    public void Dispose()
    {
        _entries.Dispose();
        _leaves.Dispose();
        _nodes.Dispose();
        _connection.Dispose();
    }

    private List<Bytes32> ReadHashes(int level, long from, int count)
    {
        SqliteCommand command = level == 0 ? _leaves : _nodes;
        command.Parameters[0].Value = from;
        command.Parameters[1].Value = from + count;
        if (level > 0) command.Parameters[2].Value = level;
        var hashes = new List<Bytes32>(count);
        using SqliteDataReader row = command.ExecuteReader();
        while (row.Read())
        {
            if (!Bytes32.TryRead(row.GetFieldValue<byte[]>(0), out Bytes32 hash)) throw Damaged(from << level);
            hashes.Add(hash);
        }
        if (hashes.Count != count) throw Damaged(from << level);
        return hashes;
    }

    private static LedgerEntry ReadEntry(LedgerRow row, long expected) => row.Position == expected && row.TryReadLeaf(out _)
        ? new LedgerEntry(expected, row.TimeMilliseconds, row.Bytes.ToArray())
        : throw Damaged(expected);

    // The file was whole when it was opened: something has changed it since.
    private static LedgerException Damaged(long position) =>
        new(LedgerFault.Damaged, $"Entry {position} is no longer what was written. Stop, keep the file, and restore a copy that continues the last checkpoint.", position);

    private SqliteCommand Prepare(string sql, params ReadOnlySpan<string> parameters)
    {
        SqliteCommand command = _connection.CreateCommand();
#pragma warning disable CA2100 // the texts are the constants above
        command.CommandText = sql;
#pragma warning restore CA2100
        foreach (string name in parameters) command.Parameters.Add(name, SqliteType.Integer);
        return command;
    }
}
