using Errand.Client;
using Errand.Ledger;
using Errand.Ledger.Tests;

namespace Errand.Node.Tests;

/// <summary>A served ledger keeps what every ledger promises: with five of seven witnesses, of which one is down and one lies.</summary>
public sealed class ServedLedgerContract : LedgerContract
{
    private ServedNetwork _network = null!;

    protected override async Task<ILedger> OpenAsync()
    {
        if (_network is null)
        {
            _network = await ServedNetwork.StartAsync(witnesses: 7);
            (_network.Farm.Modes[2], _network.Farm.Modes[5]) = (WitnessMode.Down, WitnessMode.WrongSignature);
        }
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
