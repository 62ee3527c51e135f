using Errand.Cryptography;
using Errand.Ledger;
using Errand.Ledger.Tests;
using Errand.Primitives;

namespace Errand.Client.Tests;

/// <summary>A ledger over HTTP keeps what every ledger promises.</summary>
public sealed class HttpLedgerContract : LedgerContract
{
    private readonly TempFolder _temp = new();
    private readonly SigningKey _key = SigningKey.FromSeed(Filled(32, 0x42));
    private LedgerServer? _server;

    protected override async Task<ILedger> OpenAsync()
    {
        _server = await LedgerServer.StartAsync(_temp.In("ledger.db"), _key, new NetworkId(new Bytes32(Filled(32, 0x11))));
        return new HttpLedger(_server.Address, TimeProvider.System);
    }

    protected override async Task CloseAsync(ILedger ledger)
    {
        ((HttpLedger)ledger).Dispose();
        await _server!.DisposeAsync();
    }

    protected override ValueTask CleanUpAsync()
    {
        _key.Dispose();
        _temp.Dispose();
        return ValueTask.CompletedTask;
    }
}
