using System.Globalization;
using System.Net;
using System.Text.Json;
using System.Threading.RateLimiting;
using Errand.Client;
using Errand.Ledger;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Errand.Node;

/// <summary>The HTTP door of a served ledger or a mirror: limits, health and metrics around its endpoints.</summary>
internal sealed class LedgerDoor : IAsyncDisposable
{
    /// <summary>A quorum that is this late is a problem.</summary>
    internal const double StuckSeconds = 10;

    private const int ConnectionsMax = 4_096;
    private readonly WebApplication _app;
    private readonly PartitionedRateLimiter<HttpContext> _limiter;
    private readonly TimeSpan _patience;

    private LedgerDoor(WebApplication app, PartitionedRateLimiter<HttpContext> limiter, TimeSpan patience)
    {
        _app = app;
        _limiter = limiter;
        _patience = patience;
    }

    internal string Address { get; private set; } = "";

    internal static async Task<LedgerDoor> OpenAsync(ServedLog log, CallerGate? gate, Func<LedgerStatus> status, LedgerMetrics metrics, LedgerHostOptions options, ILoggerFactory loggers, TimeProvider time)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton(loggers);
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Limits.MaxConcurrentConnections = ConnectionsMax;
            kestrel.Limits.MaxRequestBodySize = LedgerLimits.LeafSizeBytesMax;
            kestrel.Limits.MaxRequestHeadersTotalSize = 16 * 1024;
            kestrel.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(10);
            kestrel.Listen(options.Address, options.Port);
        });
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = options.StopPatience);
        WebApplication app = builder.Build();
        PartitionedRateLimiter<HttpContext> limiter = Limiter(options.Admission);
        var door = new LedgerDoor(app, limiter, options.StopPatience);
        try
        {
            door.Limit(metrics);
            new ReadEndpoints(log, metrics, time, app.Lifetime.ApplicationStopping).Map(app);
            TileEndpoints.Map(app, log, metrics);
            if (gate is not null) new AppendEndpoint(log, gate, metrics, options.FinalWait, time).Map(app);
            app.MapGet("/health", context => HealthAsync(context, status()));
            app.MapGet("/metrics", context => LedgerHttp.AnswerAsync(context, "text/plain; version=0.0.4; charset=utf-8", System.Text.Encoding.UTF8.GetBytes(metrics.ToText(status()))));
            await app.StartAsync().ConfigureAwait(false);
            int port = new Uri(app.Urls.Single().Replace("[::]", "localhost", StringComparison.Ordinal)).Port;
            door.Address = string.Create(CultureInfo.InvariantCulture, $"http://{HostOf(options.Address)}:{port}");
            return door;
        }
        catch
        {
            await door.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        using var late = new CancellationTokenSource(_patience);
        await _app.StopAsync(late.Token).ConfigureAwait(false);
        await _app.DisposeAsync().ConfigureAwait(false);
        await _limiter.DisposeAsync().ConfigureAwait(false);
    }

    private static string HostOf(IPAddress address) =>
        address.AddressFamily == System.Net.Sockets.AddressFamily.InterNetworkV6 ? $"[{address}]" : address.ToString();

    // A source's reads and its appends apart: callers have quotas of their own, but before a signature is verified only the source is known.
    private static PartitionedRateLimiter<HttpContext> Limiter(LedgerAdmission admission) => PartitionedRateLimiter.Create<HttpContext, (IPAddress, bool)>(context =>
    {
        bool appends = HttpMethods.IsPost(context.Request.Method);
        int perSecond = appends ? admission.AppendsPerSecond : admission.ReadsPerSecond;
        return RateLimitPartition.GetTokenBucketLimiter((SourceLimits.Of(context.Connection.RemoteIpAddress), appends), _ => SourceLimits.Bucket(2 * perSecond, perSecond));
    });

    private void Limit(LedgerMetrics metrics) => _app.Use(async (HttpContext context, RequestDelegate next) =>
    {
        using RateLimitLease lease = _limiter.AttemptAcquire(context);
        if (lease.IsAcquired) await next(context).ConfigureAwait(false);
        else await LedgerHttp.RefuseAsync(context, metrics, 429, "ledger/rate", "Too many requests come from this address.", "Follow the stream, or ask a mirror.").ConfigureAwait(false);
    });

    private static Task HealthAsync(HttpContext context, LedgerStatus status)
    {
        context.Response.StatusCode = status.Problem is null ? 200 : 503;
        return LedgerHttp.AnswerAsync(context, "application/json", JsonSerializer.SerializeToUtf8Bytes(status, LedgerStatusJson.Default.LedgerStatus));
    }
}
