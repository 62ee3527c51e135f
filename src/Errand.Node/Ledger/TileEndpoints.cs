using Errand.Ledger;
using Errand.Primitives;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Errand.Node;

/// <summary>The log as tiles (C2SP tlog-tiles), for public tools: with <c>checkpoint</c>, all that an auditor needs.</summary>
internal static class TileEndpoints
{
    private const string TileType = "application/octet-stream", Forever = "public, max-age=31536000, immutable";

    internal static void Map(IEndpointRouteBuilder routes, ServedLog log, LedgerMetrics metrics) =>
        routes.MapGet("/tile/{**path}", context => LedgerHttp.GuardAsync(context, metrics, () => AnswerAsync(context, log, metrics)));

    private static async Task AnswerAsync(HttpContext context, ServedLog log, LedgerMetrics metrics)
    {
        long size = log.Size;
        if (!TilePath.TryParse(context.Request.RouteValues["path"] as string, out TilePath? tile) || !Exists(tile, size))
        {
            await LedgerHttp.RefuseAsync(context, metrics, 404, "ledger/no-tile", "There is no such tile under the present checkpoint.", "See C2SP tlog-tiles for their names.").ConfigureAwait(false);
            return;
        }
        byte[] content = tile.Level == TilePath.Entries
            ? TileContent.Encode(await ReadAsync(log.Tree, tile, context.RequestAborted).ConfigureAwait(false))
            : TileContent.Encode(log.Tree.ReadHashes(tile.Level, tile.First, tile.Width));
        context.Response.Headers.CacheControl = Forever;
        await LedgerHttp.AnswerAsync(context, TileType, content).ConfigureAwait(false);
    }

    // Any width that some tree up to the present one had.
    private static bool Exists(TilePath tile, long size)
    {
        int level = Math.Max(tile.Level, 0) * 8;
        return level < 63 && tile.First <= (size >> level) - tile.Width;
    }

    private static async ValueTask<IReadOnlyList<LedgerEntry>> ReadAsync(ITreeLedger log, TilePath tile, CancellationToken cancellation)
    {
        var entries = new List<LedgerEntry>(tile.Width);
        // One read stops at some megabytes; a bundle of the largest entries has sixteen.
        while (entries.Count < tile.Width)
            entries.AddRange(await log.ReadAsync(tile.First + entries.Count, tile.Width - entries.Count, cancellation).ConfigureAwait(false));
        return entries;
    }
}
