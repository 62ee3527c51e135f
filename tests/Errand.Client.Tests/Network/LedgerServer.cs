using Errand.Cryptography;
using Errand.Ledger;
using Errand.Node;
using Errand.Primitives;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Logging;

namespace Errand.Client.Tests;

/// <summary>An embedded ledger in a folder of its own, served on a free port of the loopback interface.</summary>
internal sealed class LedgerServer : IAsyncDisposable
{
    internal static readonly byte[] Genesis = [0xA0];

    private readonly WebApplication _app;

    private LedgerServer(WebApplication app, EmbeddedLedger ledger)
    {
        _app = app;
        Ledger = ledger;
    }

    internal EmbeddedLedger Ledger { get; }

    internal Uri Address => new(_app.Urls.Single());

    internal static async Task<LedgerServer> StartAsync(string file, SigningKey key, NetworkId network, byte[]? genesis = null, int port = 0)
    {
        EmbeddedLedger ledger = await EmbeddedLedger.OpenAsync(
            new EmbeddedLedgerOptions { Path = file, Network = network, Key = key, CreateIfMissing = true }, TimeProvider.System);
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls($"http://127.0.0.1:{port}");
        WebApplication app = builder.Build();
        LedgerEndpoints.Map(app, ledger, genesis ?? Genesis, () => ledger.LatestCheckpoint.Note.ToString());
        await app.StartAsync();
        return new LedgerServer(app, ledger);
    }

    public async ValueTask DisposeAsync()
    {
        await Ledger.DisposeAsync();
        await _app.StopAsync();
        await _app.DisposeAsync();
    }
}
