namespace Errand.Ledger.Tests;

/// <summary>A ledger on an EVM chain keeps what every ledger promises.</summary>
public sealed class EvmLedgerContract : LedgerContract
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("errand-evm-");
    private Anvil? _anvil;
    private EvmKey? _key;
    private EvmChain? _chain;

    protected override async Task<ILedger> OpenAsync()
    {
        _anvil ??= await Anvil.StartAsync();
        _key ??= await _anvil.AccountAsync();
        _chain ??= await _anvil.DeployAsync(new EvmFinality(0));
        return await EvmLedger.OpenAsync(
            new EvmLedgerOptions { Chain = _chain, Endpoints = [_anvil.Address], Path = Path.Combine(_folder.FullName, "evm.db"), Signer = new EvmKeySigner(_key), Poll = TimeSpan.FromMilliseconds(5) },
            TimeProvider.System,
            Stop);
    }

    protected override async Task CloseAsync(ILedger ledger) => await ((EvmLedger)ledger).DisposeAsync();

    protected override ValueTask CleanUpAsync()
    {
        _anvil?.Dispose();
        _key?.Dispose();
        _folder.Delete(recursive: true);
        return ValueTask.CompletedTask;
    }
}
