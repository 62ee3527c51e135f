using Errand.Client;
using Errand.Ledger;
using Errand.Ledger.Tests;

namespace Errand.Node.Tests;

/// <summary>A served ledger of one company, whose genesis names no witnesses, keeps what every ledger promises.</summary>
public sealed class UnwitnessedLedgerContract : LedgerContract
{
    private ServedNetwork _network = null!;

    protected override async Task<ILedger> OpenAsync()
    {
        if (_network is null) _network = await ServedNetwork.StartAsync(witnesses: 0);
        else await _network.ServeAsync();
        return _network.Connect();
    }

    protected override async Task CloseAsync(ILedger ledger)
    {
        ((ServedLedger)ledger).Dispose();
        await _network.Host.DisposeAsync();
    }

    protected override ValueTask CleanUpAsync() => _network.DisposeAsync();
}
