using Errand.Cryptography;
using Errand.Primitives;

namespace Errand.Ledger.Tests;

public sealed class OpeningTests : IDisposable
{
    private readonly LedgerFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_missing_file_is_refused_unless_a_new_ledger_is_asked_for()
    {
        await RefusedAsync(LedgerFault.Missing, _folder.Options with { CreateIfMissing = false });
        Assert.False(File.Exists(_folder.File));
        await _folder.FillAsync(3);
        await using EmbeddedLedger ledger = await EmbeddedLedger.OpenAsync(_folder.Options with { CreateIfMissing = false }, TimeProvider.System);
        Assert.Equal(3, await ledger.CountAsync());
    }

    [Fact]
    public async Task A_missing_folder_is_an_error_of_the_file_system() =>
        await Assert.ThrowsAsync<DirectoryNotFoundException>(() => EmbeddedLedger.OpenAsync(_folder.Options with { Path = _folder.In("none/ledger.db") }, TimeProvider.System));

    [Fact]
    public async Task An_empty_file_is_refused_and_not_taken_for_a_new_ledger()
    {
        await File.WriteAllBytesAsync(_folder.File, []);
        await RefusedAsync(LedgerFault.Damaged);
        Assert.Equal(0, new FileInfo(_folder.File).Length);
    }

    [Fact]
    public async Task A_write_ahead_log_without_its_file_is_refused()
    {
        await File.WriteAllBytesAsync(_folder.File + "-wal", [1]);
        await RefusedAsync(LedgerFault.Damaged);
        Assert.False(File.Exists(_folder.File));
    }

    [Fact]
    public async Task An_unfinished_creation_is_begun_again()
    {
        await File.WriteAllTextAsync(_folder.File + ".new", "half a ledger");
        await _folder.FillAsync(1);
    }

    [Fact]
    public async Task A_file_of_another_kind_is_refused_and_left_alone()
    {
        await File.WriteAllTextAsync(_folder.File, new string('x', 10_000));
        await RefusedAsync(LedgerFault.NotALedger);
        Assert.Equal(new string('x', 10_000), await File.ReadAllTextAsync(_folder.File));
    }

    [Fact]
    public async Task Another_programs_database_is_refused()
    {
        LedgerFile.Run(_folder.File, "CREATE TABLE t(x)");
        await RefusedAsync(LedgerFault.NotALedger);
    }

    [Fact]
    public async Task Another_schema_version_is_refused()
    {
        await _folder.FillAsync(1);
        LedgerFile.Run(_folder.File, "PRAGMA user_version=2");
        await RefusedAsync(LedgerFault.UnknownSchema);
    }

    [Theory]
    [InlineData("CREATE TRIGGER t AFTER INSERT ON entries BEGIN DELETE FROM entries WHERE position = 0; END")]
    [InlineData("CREATE TABLE more(x)")]
    [InlineData("ALTER TABLE entries ADD COLUMN x ANY")]
    [InlineData("DROP TABLE nodes")]
    [InlineData("CREATE INDEX i ON entries(time)")]
    public async Task Other_tables_than_a_ledgers_are_refused(string sql)
    {
        await _folder.FillAsync(1);
        LedgerFile.Run(_folder.File, sql);
        await RefusedAsync(LedgerFault.Damaged);
    }

    [Fact]
    public async Task Another_networks_file_is_refused()
    {
        await _folder.FillAsync(1);
        await RefusedAsync(LedgerFault.WrongNetwork, _folder.Options with { Network = new NetworkId(new Bytes32(LedgerContract.Filled(32, 0x12))) });
    }

    [Fact]
    public async Task Another_key_is_refused()
    {
        await _folder.FillAsync(1);
        using var other = SigningKey.FromSeed(LedgerContract.Filled(32, 0x43));
        await RefusedAsync(LedgerFault.WrongKey, _folder.Options with { Key = other });
    }

    [Fact]
    public async Task A_second_opening_is_refused_until_the_first_is_disposed()
    {
        await using (EmbeddedLedger first = await _folder.OpenAsync())
        {
            LedgerException e = await RefusedAsync(LedgerFault.InUse);
            Assert.Contains($"process {Environment.ProcessId} ", e.Message, StringComparison.Ordinal);
            await first.AppendAsync(LedgerContract.Numbered(0));
        }
        await _folder.FillAsync(1);
    }

    [Fact]
    public async Task A_second_opening_under_another_name_is_refused_as_well()
    {
        await using EmbeddedLedger first = await _folder.OpenAsync();
        Directory.CreateDirectory(_folder.In("other"));
        File.CreateSymbolicLink(_folder.In("other/link.db"), _folder.File);
        await RefusedAsync(LedgerFault.InUse, _folder.Options with { Path = _folder.In("other/link.db") });
    }

    [Fact]
    public async Task A_refused_opening_holds_nothing()
    {
        await _folder.FillAsync(1);
        await RefusedAsync(LedgerFault.WrongNetwork, _folder.Options with { Network = default });
        await _folder.FillAsync(1);
    }

    private async Task<LedgerException> RefusedAsync(LedgerFault fault, EmbeddedLedgerOptions? options = null)
    {
        LedgerException e = await Assert.ThrowsAsync<LedgerException>(() => EmbeddedLedger.OpenAsync(options ?? _folder.Options, TimeProvider.System));
        Assert.Equal(fault, e.Fault);
        return e;
    }
}
