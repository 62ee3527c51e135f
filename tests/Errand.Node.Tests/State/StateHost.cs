using Errand.Attestation;
using Errand.Primitives;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Logging;

namespace Errand.Node.Tests;

/// <summary>A host that gives out the states it is told to, true or not.</summary>
internal sealed class StateHost : IChallengeResponder, IStateSource, IAsyncDisposable
{
    private readonly NodeDirectory _nodes = new();
    private readonly WebApplication _app;

    private StateHost(WebApplication app)
    {
        _app = app;
        _nodes.Add(this);
        StateEndpoints.Map(app, _nodes);
    }

    public Uri Address => new(_app.Urls.Single());

    public IReadOnlyList<ReadOnlyMemory<byte>> StateCheckpoints { get; set; } = [];

    /// <summary>What it gives for any position; null for nothing.</summary>
    public byte[]? Snapshot { get; set; }

    PublicKey IChallengeResponder.Id => default;

    public static async Task<StateHost> StartAsync()
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var host = new StateHost(builder.Build());
        await host._app.StartAsync();
        return host;
    }

    public Stream? OpenSnapshot(long position) => Snapshot is { } snapshot ? new MemoryStream(snapshot, writable: false) : null;

    ValueTask<byte[]?> IChallengeResponder.AnswerAsync(Bytes32 caseId, CredentialChallenge challenge, CancellationToken cancellation) => ValueTask.FromResult<byte[]?>(null);

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        await _nodes.DisposeAsync();
    }
}
