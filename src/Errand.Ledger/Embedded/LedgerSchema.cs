using Errand.Primitives;
using Microsoft.Data.Sqlite;

namespace Errand.Ledger;

/// <summary>The tables of a ledger file, and how connections to it are opened.</summary>
/// <remarks>
/// <c>entries.leaf</c> are the tree's leaf hashes; <c>nodes</c> holds the roots of full subtrees at levels 8, 16, 24 …: together
/// the hash tiles of C2SP tlog-tiles. Any other node is computed from at most 128 of them. One row per 256 entries costs
/// appends next to nothing; a row per node would double them.
/// </remarks>
internal static class LedgerSchema
{
    /// <summary>"ERLG": marks the SQLite file as a ledger.</summary>
    internal const int ApplicationId = 0x45524C47;

    internal const int Version = 1;

    /// <summary>Stored levels of the tree are multiples of this: the height of a tile.</summary>
    internal const int TileHeight = 8;

    internal const string Remedy = "Keep the file, and restore a copy that continues the last checkpoint.";

    private const int SqliteError = 1;
    private const int SqliteCorrupt = 11;
    private const int SqliteNotADatabase = 26;

    // In order of name.
    private static readonly string[] Tables =
    [
        "CREATE TABLE entries(position INTEGER PRIMARY KEY, time INTEGER NOT NULL, leaf BLOB NOT NULL, bytes BLOB NOT NULL) STRICT",
        "CREATE TABLE ledger(id INTEGER PRIMARY KEY CHECK (id = 0), network BLOB NOT NULL, checkpoint BLOB NOT NULL) STRICT",
        "CREATE TABLE nodes(level INTEGER NOT NULL, node INTEGER NOT NULL, hash BLOB NOT NULL, PRIMARY KEY (level, node)) STRICT, WITHOUT ROWID",
    ];

    /// <summary>Makes an empty ledger file. It appears under its name only when it is complete.</summary>
    internal static void Create(string path, NetworkId network, ReadOnlySpan<byte> checkpoint)
    {
        // SQLite would replay a lost ledger's write-ahead log into the new file.
        foreach (string left in (string[])[path + "-wal", path + "-journal"])
        {
            if (File.Exists(left))
                throw new LedgerException(LedgerFault.Damaged, $"{path} is missing, but {left} exists: the ledger was moved or deleted without it. Restore both, or remove {left} to begin an empty ledger.");
        }
        string unfinished = path + ".new";
        File.Delete(unfinished);
        using (SqliteConnection connection = Connect(unfinished, SqliteOpenMode.ReadWriteCreate))
        {
            Execute(connection, "PRAGMA journal_mode=DELETE; PRAGMA synchronous=FULL; PRAGMA fullfsync=1;");
            Execute(connection, $"BEGIN; PRAGMA application_id={ApplicationId}; PRAGMA user_version={Version}; {string.Join(';', Tables)}");
            using SqliteCommand insert = connection.CreateCommand();
            insert.CommandText = "INSERT INTO ledger(id, network, checkpoint) VALUES (0, $network, $checkpoint)";
            insert.Parameters.AddWithValue("$network", network.Value.ToArray());
            insert.Parameters.AddWithValue("$checkpoint", checkpoint.ToArray());
            insert.ExecuteNonQuery();
            Execute(connection, "COMMIT");
        }
        File.Move(unfinished, path);
    }

    /// <summary>Opens the connection that writes: every commit is on the disk before it returns.</summary>
    internal static SqliteConnection OpenWriter(string path)
    {
        SqliteConnection connection = Connect(path, SqliteOpenMode.ReadWrite);
        try
        {
            // A damaged page must give an error, never undefined reads.
            Execute(connection, "PRAGMA cell_size_check=1; PRAGMA trusted_schema=0;");
            if (Scalar(connection, "PRAGMA journal_mode=WAL") as string != "wal")
                throw new LedgerException(LedgerFault.Storage, $"The file system of {path} does not support SQLite's write-ahead log. Use a local disk.");
            Execute(connection, "PRAGMA synchronous=FULL; PRAGMA fullfsync=1; PRAGMA checkpoint_fullfsync=1; PRAGMA journal_size_limit=67108864;");
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>Opens a connection that cannot write.</summary>
    internal static SqliteConnection OpenReader(string path)
    {
        SqliteConnection connection = Connect(path, SqliteOpenMode.ReadWrite);
        try
        {
            Execute(connection, "PRAGMA query_only=1; PRAGMA cell_size_check=1; PRAGMA trusted_schema=0;");
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>True when the file has exactly the tables of this version: no column, trigger or view besides.</summary>
    internal static bool HasTables(SqliteConnection connection) =>
        Scalar(connection, "SELECT group_concat(sql, ';' ORDER BY name) FROM sqlite_schema WHERE sql IS NOT NULL") as string == string.Join(';', Tables);

    /// <summary>The fault an error of SQLite stands for while opening or reading.</summary>
    internal static LedgerException FaultOf(SqliteException e, string path) => e.SqliteErrorCode switch
    {
        SqliteNotADatabase => new LedgerException(LedgerFault.NotALedger, $"{path} is not an Errand ledger, or its first page is damaged. Give the path of another file, or restore a copy.", e),
        SqliteError or SqliteCorrupt => new LedgerException(LedgerFault.Damaged, $"SQLite cannot read {path}: {e.Message} {Remedy}", e),
        _ => new LedgerException(LedgerFault.Storage, $"The storage of {path} failed: {e.Message} See to its disk and permissions.", e),
    };

    internal static void Execute(SqliteConnection connection, string sql)
    {
        using SqliteCommand command = connection.CreateCommand();
#pragma warning disable CA2100 // every text is a constant of this folder
        command.CommandText = sql;
#pragma warning restore CA2100
        command.ExecuteNonQuery();
    }

    internal static object? Scalar(SqliteConnection connection, string sql)
    {
        using SqliteCommand command = connection.CreateCommand();
#pragma warning disable CA2100 // every text is a constant of this folder
        command.CommandText = sql;
#pragma warning restore CA2100
        return command.ExecuteScalar();
    }

    private static SqliteConnection Connect(string path, SqliteOpenMode mode)
    {
        var settings = new SqliteConnectionStringBuilder { DataSource = path, Mode = mode, Pooling = false };
        var connection = new SqliteConnection(settings.ToString());
        try
        {
            connection.Open();
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }
}
