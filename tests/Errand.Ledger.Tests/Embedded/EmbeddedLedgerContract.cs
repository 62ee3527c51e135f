namespace Errand.Ledger.Tests;

/// <summary>The embedded ledger keeps what every ledger promises.</summary>
public sealed class EmbeddedLedgerContract : LedgerContract
{
    private readonly LedgerFolder _folder = new();

    protected override async Task<ILedger> OpenAsync() => await _folder.OpenAsync();

    protected override async Task CloseAsync(ILedger ledger) => await ((EmbeddedLedger)ledger).DisposeAsync();

    protected override ValueTask CleanUpAsync()
    {
        _folder.Dispose();
        return ValueTask.CompletedTask;
    }
}
