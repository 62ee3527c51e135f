using System.Net;
using Errand.Cryptography;
using Errand.Ledger;
using Errand.Primitives;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Errand.Node;

/// <summary>Lets a network's nodes and clients append to a chain, at this machine's cost, and read what this machine has read.</summary>
public sealed class ChainGateway : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly LedgerNotary _notary;

    private ChainGateway(WebApplication app, LedgerNotary notary, string address)
    {
        _app = app;
        _notary = notary;
        Address = address;
    }

    /// <summary>Where it answers.</summary>
    public string Address { get; }

    /// <summary>Starts it. The ledger stays its owner's.</summary>
    /// <param name="ledger">The chain's log, with an account that pays.</param>
    /// <param name="genesis">The exact document.</param>
    /// <param name="key">The genesis's ledger key: signs checkpoints over what was read .</param>
    /// <param name="listen">Where to listen.</param>
    /// <param name="loggers">Where it logs.</param>
    public static async Task<ChainGateway> StartAsync(EvmLedger ledger, ReadOnlyMemory<byte> genesis, SigningKey key, IPEndPoint listen, ILoggerFactory loggers)
    {
        LedgerNotary notary = await LedgerNotary.StartAsync(ledger, new NoteSigner(Checkpoint.OriginOf(Protocol.Genesis.IdOf(genesis.Span)), key)).ConfigureAwait(false);
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton(loggers);
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(listen));
        WebApplication app = builder.Build();
        LedgerEndpoints.Map(app, ledger, genesis, () => notary.Note);
        app.MapGet("/health", () => ledger.Problem is { } problem
            ? Results.Json(new { problem, block = ledger.Newest.Block }, statusCode: StatusCodes.Status503ServiceUnavailable)
            : Results.Json(new { block = ledger.Newest.Block }));
        await app.StartAsync().ConfigureAwait(false);
        string address = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();
        return new ChainGateway(app, notary, address);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync().ConfigureAwait(false);
        await _notary.DisposeAsync().ConfigureAwait(false);
    }
}
