using Errand.Primitives;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Errand.Ledger;

/// <summary>The row of an entry a reader stands on: the one place that knows the columns. Its spans last until the next row.</summary>
/// <remarks>Reads SQLite's own memory: nothing is copied or allocated before lengths are known, and a replay costs half as much.</remarks>
internal readonly ref struct LedgerRow
{
    internal const string Columns = "position, time, leaf, bytes";

    private readonly sqlite3_stmt _row;

    internal LedgerRow(SqliteDataReader reader) => _row = reader.Handle ?? throw new ObjectDisposedException(nameof(SqliteDataReader));

    internal long Position => raw.sqlite3_column_int64(_row, 0);

    internal long TimeMilliseconds => raw.sqlite3_column_int64(_row, 1);

    internal ReadOnlySpan<byte> Bytes => raw.sqlite3_column_blob(_row, 3);

    private ReadOnlySpan<byte> Leaf => raw.sqlite3_column_blob(_row, 2);

    /// <summary>The entry's leaf hash; false unless it is that of the time and bytes beside it, and these are an entry's.</summary>
    internal bool TryReadLeaf(out Bytes32 leaf)
    {
        ReadOnlySpan<byte> bytes = Bytes;
        return Bytes32.TryRead(Leaf, out leaf)
            && bytes.Length is > 0 and <= LedgerLimits.EntrySizeBytesMax
            && leaf == LedgerLeaf.Hash(TimeMilliseconds, bytes);
    }
}
