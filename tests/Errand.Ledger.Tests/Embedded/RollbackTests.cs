namespace Errand.Ledger.Tests;

/// <summary>A restored older copy is whole in itself; a client's checkpoint tells it apart.</summary>
public sealed class RollbackTests : IAsyncLifetime
{
    private readonly LedgerFolder _folder = new();
    private SignedCheckpoint _known = null!;

    private string Yesterday => _folder.In("yesterday.db");

    public async ValueTask InitializeAsync()
    {
        await _folder.FillAsync(300);
        LedgerFile.Copy(_folder.File, Yesterday);
        await _folder.FillAsync(300);
        await using EmbeddedLedger ledger = await _folder.OpenAsync();
        _known = ledger.LatestCheckpoint;
        Assert.Equal(600, _known.Checkpoint.Size);
        Assert.True(ledger.IsExtensionOf(_known.Checkpoint));
    }

    public ValueTask DisposeAsync()
    {
        _folder.Dispose();
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task T_42_a_restored_older_copy_is_not_an_extension_of_a_clients_checkpoint()
    {
        LedgerFile.Copy(Yesterday, _folder.File);
        await using EmbeddedLedger ledger = await _folder.OpenAsync();
        Assert.False(ledger.IsExtensionOf(_known.Checkpoint));
    }

    [Fact]
    public async Task T_42_a_restored_copy_that_went_on_with_other_entries_is_not_an_extension()
    {
        LedgerFile.Copy(Yesterday, _folder.File);
        await using EmbeddedLedger ledger = await _folder.OpenAsync();
        for (int i = 0; i < 400; i++) await ledger.AppendAsync(LedgerContract.Numbered(5_000 + i));
        Assert.True(await ledger.CountAsync() > _known.Checkpoint.Size);
        Assert.False(ledger.IsExtensionOf(_known.Checkpoint));
    }

    [Fact]
    public async Task T_42_a_ledger_that_has_only_grown_is_an_extension()
    {
        await _folder.FillAsync(100);
        await using EmbeddedLedger ledger = await EmbeddedLedger.OpenAsync(_folder.Options with { KnownCheckpoint = _known.Checkpoint }, TimeProvider.System);
        Assert.True(ledger.IsExtensionOf(_known.Checkpoint));
        Assert.True(ledger.IsExtensionOf(ledger.LatestCheckpoint.Checkpoint));
    }

    [Fact]
    public async Task A_checkpoint_of_another_origin_size_or_root_is_not_extended()
    {
        await using EmbeddedLedger ledger = await _folder.OpenAsync();
        Checkpoint known = _known.Checkpoint;
        Assert.False(ledger.IsExtensionOf(known with { Origin = "errand/other" }));
        Assert.False(ledger.IsExtensionOf(known with { Size = known.Size - 1 }));
        Assert.False(ledger.IsExtensionOf(known with { Size = 0 }));
        Assert.False(ledger.IsExtensionOf(known with { Size = -1 }));
        Assert.False(ledger.IsExtensionOf(known with { Size = long.MaxValue }));
        Assert.False(ledger.IsExtensionOf(known with { Root = default }));
    }

    [Fact]
    public async Task Opening_an_older_copy_against_a_known_checkpoint_is_refused()
    {
        LedgerFile.Copy(Yesterday, _folder.File);
        await RefusedAsync(LedgerFault.RolledBack, _known.Checkpoint);
    }

    [Fact]
    public async Task Opening_a_copy_with_other_entries_against_a_known_checkpoint_is_refused()
    {
        LedgerFile.Copy(Yesterday, _folder.File);
        await _folder.FillAsync(400);
        await RefusedAsync(LedgerFault.RolledBack, _known.Checkpoint);
    }

    [Fact]
    public async Task Opening_against_another_networks_checkpoint_is_refused() =>
        await RefusedAsync(LedgerFault.WrongNetwork, _known.Checkpoint with { Origin = "errand/other" });

    [Fact]
    public async Task Opening_a_missing_ledger_against_a_known_checkpoint_is_refused_and_makes_no_empty_one()
    {
        File.Delete(_folder.File);
        await RefusedAsync(LedgerFault.Missing, _known.Checkpoint);
        Assert.False(File.Exists(_folder.File));
    }

    [Fact]
    public async Task Opening_against_a_checkpoint_of_a_negative_size_is_refused() =>
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(
            () => EmbeddedLedger.OpenAsync(_folder.Options with { KnownCheckpoint = _known.Checkpoint with { Size = -1 } }, TimeProvider.System));

    private async Task RefusedAsync(LedgerFault fault, Checkpoint known)
    {
        LedgerException e = await Assert.ThrowsAsync<LedgerException>(() => EmbeddedLedger.OpenAsync(_folder.Options with { KnownCheckpoint = known }, TimeProvider.System));
        Assert.Equal(fault, e.Fault);
    }
}
