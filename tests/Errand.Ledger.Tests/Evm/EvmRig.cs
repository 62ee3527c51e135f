namespace Errand.Ledger.Tests;

/// <summary>A chain with a log on it, and readers and writers with files of their own.</summary>
internal sealed class EvmRig : IAsyncDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("errand-evm-");
    private readonly List<IAsyncDisposable> _running = [];
    private readonly List<EvmKey> _keys = [];

    private EvmRig(Anvil anvil, EvmChain chain)
    {
        Anvil = anvil;
        Chain = chain;
    }

    internal Anvil Anvil { get; }

    internal EvmChain Chain { get; }

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    internal static async Task<EvmRig> StartAsync(EvmFinality finality, params string[] options)
    {
        Anvil anvil = await Anvil.StartAsync(options);
        try
        {
            return new EvmRig(anvil, await anvil.DeployAsync(finality));
        }
        catch
        {
            anvil.Dispose();
            throw;
        }
    }

    internal string File(string name) => Path.Combine(_folder.FullName, name + ".db");

    /// <summary>A signer with money.</summary>
    internal async Task<IEvmSigner> SignerAsync()
    {
        EvmKey key = await Anvil.AccountAsync();
        _keys.Add(key);
        return new EvmKeySigner(key);
    }

    internal EvmLedgerOptions Options(string name, IEvmSigner? signer = null, params Uri[] endpoints) => new()
    {
        Chain = Chain,
        Endpoints = endpoints.Length > 0 ? endpoints : [Anvil.Address],
        Path = File(name),
        Signer = signer,
        Poll = TimeSpan.FromMilliseconds(10),
        Resend = TimeSpan.FromMilliseconds(300),
        Bump = TimeSpan.FromSeconds(5),
        Timeout = TimeSpan.FromSeconds(5),
    };

    internal async Task<EvmLedger> OpenAsync(EvmLedgerOptions options)
    {
        EvmLedger ledger = await EvmLedger.OpenAsync(options, TimeProvider.System, Stop);
        _running.Add(ledger);
        return ledger;
    }

    internal async Task<ScriptedEndpoint> EndpointAsync()
    {
        ScriptedEndpoint endpoint = await ScriptedEndpoint.StartAsync(Anvil.Address);
        _running.Add(endpoint);
        return endpoint;
    }

    public async ValueTask DisposeAsync()
    {
        for (int i = _running.Count - 1; i >= 0; i--) await _running[i].DisposeAsync();
        Anvil.Dispose();
        foreach (EvmKey key in _keys) key.Dispose();
        _folder.Delete(recursive: true);
    }
}
