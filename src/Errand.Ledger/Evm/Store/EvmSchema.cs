using System.Buffers.Binary;
using Microsoft.Data.Sqlite;

namespace Errand.Ledger;

/// <summary>The tables of the file that a reader and writer of an EVM ledger keeps.</summary>
/// <remarks>
/// <c>items</c> beyond the count in the tip of <c>log</c> are not verified yet: nobody sees them, and an opening removes them.
/// An item of no or too many bytes has no position, and its bytes are not kept; its id holds its place in the hash chain.
/// </remarks>
internal static class EvmSchema
{
    /// <summary>"ERLE": marks the SQLite file as a reader's of an EVM ledger.</summary>
    private const int ApplicationId = 0x45524C45;

    private const int Version = 2;

    // In order of name.
    private static readonly string[] Tables =
    [
        "CREATE INDEX items_id ON items(id)",
        "CREATE UNIQUE INDEX items_position ON items(position)",
        "CREATE INDEX outbox_nonce ON outbox(nonce, place)",
        "CREATE TABLE items(sequence INTEGER PRIMARY KEY, position INTEGER, time INTEGER NOT NULL, blocktime INTEGER NOT NULL, sender BLOB NOT NULL, id BLOB NOT NULL, bytes BLOB, claimed INTEGER NOT NULL) STRICT",
        "CREATE TABLE log(one INTEGER PRIMARY KEY CHECK (one = 0), terms BLOB NOT NULL, block INTEGER NOT NULL, hash BLOB NOT NULL, tip BLOB NOT NULL) STRICT",
        "CREATE TABLE outbox(number INTEGER PRIMARY KEY AUTOINCREMENT, id BLOB NOT NULL, bytes BLOB NOT NULL, nonce INTEGER, place INTEGER) STRICT",
        "CREATE TABLE sent(nonce INTEGER PRIMARY KEY, account BLOB NOT NULL CHECK (length(account) = 20), signed BLOB NOT NULL, priority INTEGER NOT NULL, fee INTEGER NOT NULL, gas INTEGER NOT NULL, since INTEGER NOT NULL) STRICT",
    ];

    /// <summary>Opens the file, making it if there is none.</summary>
    /// <exception cref="LedgerException">It is another program's, another chain's, or cannot be used.</exception>
    internal static SqliteConnection Open(string path, EvmChain chain)
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Mode = SqliteOpenMode.ReadWriteCreate, Pooling = false }.ToString());
        try
        {
            connection.Open();
            LedgerSchema.Execute(connection, "PRAGMA cell_size_check=1; PRAGMA trusted_schema=0;");
            if (LedgerSchema.Scalar(connection, "PRAGMA journal_mode=WAL") as string != "wal")
                throw new LedgerException(LedgerFault.Storage, $"The file system of {path} does not support SQLite's write-ahead log. Use a local disk.");
            LedgerSchema.Execute(connection, "PRAGMA synchronous=FULL; PRAGMA fullfsync=1; PRAGMA checkpoint_fullfsync=1; PRAGMA journal_size_limit=67108864;");
            // Also where making it was cut short before its first transaction was whole.
            if (LedgerSchema.Scalar(connection, "PRAGMA application_id") is 0L && LedgerSchema.Scalar(connection, "SELECT count(*) FROM sqlite_schema") is 0L) Create(connection, chain);
            Require(connection, path, chain);
            return connection;
        }
        catch (Exception fault)
        {
            connection.Dispose();
            if (fault is SqliteException sqlite) throw LedgerSchema.FaultOf(sqlite, path);
            throw;
        }
    }

    private static void Create(SqliteConnection connection, EvmChain chain)
    {
        // Indexes stand before their tables by name.
        IEnumerable<string> order = Tables.OrderBy(sql => sql.Contains(" INDEX ", StringComparison.Ordinal));
        LedgerSchema.Execute(connection, $"BEGIN; PRAGMA application_id={ApplicationId}; PRAGMA user_version={Version}; {string.Join(';', order)}");
        using SqliteCommand insert = connection.CreateCommand();
        insert.CommandText = "INSERT INTO log(one, terms, block, hash, tip) VALUES (0, $terms, $block, $hash, $tip)";
        insert.Parameters.AddWithValue("$terms", TermsOf(chain));
        // The block before the contract's, whose hash nobody has asked for yet.
        insert.Parameters.AddWithValue("$block", checked((long)chain.DeployBlock) - 1);
        insert.Parameters.AddWithValue("$hash", Array.Empty<byte>());
        insert.Parameters.AddWithValue("$tip", LogTip.Empty.Value.ToArray());
        insert.ExecuteNonQuery();
        LedgerSchema.Execute(connection, "COMMIT");
    }

    private static void Require(SqliteConnection connection, string path, EvmChain chain)
    {
        if (LedgerSchema.Scalar(connection, "PRAGMA application_id") is not (long)ApplicationId)
            throw new LedgerException(LedgerFault.NotALedger, $"{path} is not a file of a reader of an EVM ledger. Give the path of another file.");
        if (LedgerSchema.Scalar(connection, "PRAGMA user_version") is not (long)Version
            || LedgerSchema.Scalar(connection, "SELECT group_concat(sql, ';' ORDER BY type, name) FROM sqlite_schema WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%'") as string != string.Join(';', Tables))
            throw new LedgerException(LedgerFault.UnknownSchema, $"{path} was written by another version of this program. Use that, or remove the file once nothing waits to be sent: it is read from the chain again.");
        if (LedgerSchema.Scalar(connection, "SELECT terms FROM log") is not byte[] terms || !terms.AsSpan().SequenceEqual(TermsOf(chain)))
            throw new LedgerException(LedgerFault.WrongNetwork, $"{path} belongs to another log than {chain.Contract} on chain {chain.ChainId}. Give the path of another file.");
    }

    // Another rule of finality may have let something in that this one does not.
    private static byte[] TermsOf(EvmChain chain)
    {
        var terms = new byte[sizeof(ulong) * 3 + EvmAddress.Size];
        BinaryPrimitives.WriteUInt64BigEndian(terms, chain.ChainId);
        BinaryPrimitives.WriteUInt64BigEndian(terms.AsSpan(8), chain.DeployBlock);
        BinaryPrimitives.WriteUInt64BigEndian(terms.AsSpan(16), chain.Finality.Depth ?? ulong.MaxValue);
        chain.Contract.CopyTo(terms.AsSpan(24));
        return terms;
    }
}
