using System.Globalization;
using Errand.Client;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Errand.Node;

/// <summary>Gives out states and their checkpoints (<see cref="StateWire"/>): those of all verifiers of a host, and those of one.</summary>
/// <remarks>
/// Nothing here is trusted: checkpoints are signed, and a snapshot is held against one. Snapshots may be long, so few are under way at
/// a time (429 for more), and one that is read too slowly is broken off.
/// </remarks>
public static class StateEndpoints
{
    // Who reads more slowly than this gives its place to others.
    private const int BytesPerSecondMin = 1 << 17;
    private static readonly TimeSpan TimeMin = TimeSpan.FromMinutes(1);

    /// <summary>Maps <c>/state/…</c> and <c>/nodes/{node}/state/…</c>.</summary>
    /// <param name="routes">Where to.</param>
    /// <param name="nodes">Whose states.</param>
    /// <param name="time">For how long a snapshot may take; the system's clock if left out.</param>
    public static void Map(IEndpointRouteBuilder routes, NodeDirectory nodes, TimeProvider? time = null)
    {
        ArgumentNullException.ThrowIfNull(routes);
        ArgumentNullException.ThrowIfNull(nodes);
        foreach (string front in (string[])["/", "/nodes/{node}/"])
        {
            routes.MapGet(front + StateWire.CheckpointPath, context => SendCheckpointsAsync(context, nodes));
            routes.MapGet(front + StateWire.SnapshotPath + "{position}", context => SendSnapshotAsync(context, nodes, time ?? TimeProvider.System));
        }
    }

    private static async Task SendCheckpointsAsync(HttpContext context, NodeDirectory nodes)
    {
        if (!nodes.States.TryCount(context.Connection.RemoteIpAddress))
        {
            await RefuseAsync(context, StatusCodes.Status429TooManyRequests, "too-many-requests").ConfigureAwait(false);
            return;
        }
        byte[] answer = StateWire.EncodeCheckpoints([.. SourcesOf(context, nodes).SelectMany(source => source.StateCheckpoints).Take(StateWire.CheckpointsMax)]);
        context.Response.ContentType = LedgerWire.CborType;
        context.Response.ContentLength = answer.Length;
        await context.Response.Body.WriteAsync(answer, context.RequestAborted).ConfigureAwait(false);
    }

    private static async Task SendSnapshotAsync(HttpContext context, NodeDirectory nodes, TimeProvider time)
    {
        using IDisposable? place = nodes.States.TryCount(context.Connection.RemoteIpAddress) ? nodes.States.TryEnter(context.Connection.RemoteIpAddress) : null;
        if (place is null)
        {
            await RefuseAsync(context, StatusCodes.Status429TooManyRequests, "too-many-requests").ConfigureAwait(false);
            return;
        }
        Stream? snapshot = long.TryParse(context.Request.RouteValues["position"] as string, NumberStyles.None, CultureInfo.InvariantCulture, out long position)
            ? SourcesOf(context, nodes).Select(source => source.OpenSnapshot(position)).FirstOrDefault(found => found is not null)
            : null;
        if (snapshot is null)
        {
            await RefuseAsync(context, StatusCodes.Status404NotFound, "no-such-snapshot").ConfigureAwait(false);
            return;
        }
        await using (snapshot.ConfigureAwait(false))
        {
            context.Response.ContentType = "application/octet-stream";
            context.Response.ContentLength = snapshot.Length;
            using var late = new CancellationTokenSource(TimeMin + TimeSpan.FromSeconds(snapshot.Length / BytesPerSecondMin), time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, context.RequestAborted);
            try
            {
                await snapshot.CopyToAsync(context.Response.Body, either.Token).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (late.IsCancellationRequested)
            {
                context.Abort();
            }
        }
    }

    // Where one verifier is named, its states alone.
    private static IEnumerable<IStateSource> SourcesOf(HttpContext context, NodeDirectory nodes)
    {
        if (!context.Request.RouteValues.TryGetValue("node", out object? key)) return nodes.StateSources;
        return nodes.Find(key as string) is IStateSource source ? [source] : [];
    }

    private static Task RefuseAsync(HttpContext context, int status, string code)
    {
        context.Response.StatusCode = status;
        return context.Response.WriteAsJsonAsync(new { code }, context.RequestAborted);
    }
}
