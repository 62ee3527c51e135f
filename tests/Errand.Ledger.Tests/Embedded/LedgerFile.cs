using Microsoft.Data.Sqlite;

namespace Errand.Ledger.Tests;

/// <summary>Someone else's hands on a closed ledger file.</summary>
internal static class LedgerFile
{
    internal static void Run(string path, string sql, byte[]? blob = null)
    {
        using var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Pooling = false }.ToString());
        connection.Open();
        using SqliteCommand command = connection.CreateCommand();
#pragma warning disable CA2100 // texts of this project's tests
        command.CommandText = sql;
#pragma warning restore CA2100
        if (blob is not null) command.Parameters.AddWithValue("$blob", blob);
        command.ExecuteNonQuery();
    }

    /// <summary>Copies a closed ledger.</summary>
    internal static void Copy(string from, string to) => File.Copy(from, to, overwrite: true);
}
