using System.Globalization;
using System.Text;
using Errand.Client;
using Errand.Ledger;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Errand.Node;

/// <summary>Serves a ledger over HTTP (<see cref="LedgerWire"/>).</summary>
/// <remarks>
/// Entries sign themselves, so there is no further authentication; the host decides who can reach it. An append must name its
/// media type: a page in a browser cannot then append without the host's consent (CORS preflight).
/// </remarks>
public static class LedgerEndpoints
{
    private const int WaitingMax = 256;

    /// <summary>Maps <c>ledger</c>, <c>ledger/head</c>, <c>checkpoint</c> and <c>genesis</c>.</summary>
    /// <param name="routes">Where to.</param>
    /// <param name="ledger">The ledger to serve.</param>
    /// <param name="genesis">The exact document.</param>
    /// <param name="checkpoint">Gives the newest signed note; null before the first.</param>
    /// <param name="time">For waits; the system's clock if left out.</param>
    public static void Map(IEndpointRouteBuilder routes, ILedger ledger, ReadOnlyMemory<byte> genesis, Func<string?> checkpoint, TimeProvider? time = null)
    {
        ArgumentNullException.ThrowIfNull(routes);
        ArgumentNullException.ThrowIfNull(ledger);
        ArgumentNullException.ThrowIfNull(checkpoint);
        time ??= TimeProvider.System;
        var waiting = new SemaphoreSlim(WaitingMax, WaitingMax);
        routes.MapPost("/ledger", context => GuardAsync(context, () => AppendAsync(context, ledger)));
        routes.MapGet("/ledger", context => GuardAsync(context, () => ReadAsync(context, ledger, waiting, time)));
        routes.MapGet("/ledger/head", context => GuardAsync(context, async () =>
            await AnswerAsync(context, LedgerWire.CborType, LedgerWire.EncodeCount(await ledger.CountAsync(context.RequestAborted).ConfigureAwait(false))).ConfigureAwait(false)));
        routes.MapGet("/checkpoint", context => checkpoint() is { } note
            ? AnswerAsync(context, "text/plain; charset=utf-8", Encoding.UTF8.GetBytes(note))
            : RefuseAsync(context, 404, "ledger/no-checkpoint", "No checkpoint has been signed yet.", "Ask again in a moment."));
        routes.MapGet("/genesis", context => AnswerAsync(context, LedgerWire.CborType, genesis));
    }

    private static async Task AppendAsync(HttpContext context, ILedger ledger)
    {
        if (!string.Equals(context.Request.ContentType, LedgerWire.EntryType, StringComparison.OrdinalIgnoreCase))
        {
            await RefuseAsync(context, 415, "ledger/media-type", $"An entry has the media type {LedgerWire.EntryType}.", "Set the header Content-Type.").ConfigureAwait(false);
            return;
        }
        byte[]? entry = await ReadEntryAsync(context).ConfigureAwait(false);
        if (entry is null)
        {
            await RefuseAsync(context, 413, "ledger/entry-size", $"An entry has 1 to {LedgerLimits.EntrySizeBytesMax} bytes.", "Make it shorter.").ConfigureAwait(false);
            return;
        }
        LedgerPosition position = await ledger.AppendAsync(entry, context.RequestAborted).ConfigureAwait(false);
        await AnswerAsync(context, LedgerWire.CborType, LedgerWire.EncodePosition(position)).ConfigureAwait(false);
    }

    private static async Task<byte[]?> ReadEntryAsync(HttpContext context)
    {
        if (context.Request.ContentLength > LedgerLimits.EntrySizeBytesMax) return null;
        var buffer = new byte[LedgerLimits.EntrySizeBytesMax + 1];
        int size = await context.Request.Body.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, context.RequestAborted).ConfigureAwait(false);
        return size is 0 or > LedgerLimits.EntrySizeBytesMax ? null : buffer[..size];
    }

    private static async Task ReadAsync(HttpContext context, ILedger ledger, SemaphoreSlim waiting, TimeProvider time)
    {
        if (!TryQuery(context, "from", 0, long.MaxValue, 0, out long from)
            || !TryQuery(context, "max", 1, LedgerLimits.ReadCountMax, LedgerLimits.ReadCountMax, out long max)
            || !TryQuery(context, "wait", 0, LedgerWire.WaitMillisecondsMax, 0, out long wait))
        {
            await RefuseAsync(context, 400, "ledger/query", $"from, max (to {LedgerLimits.ReadCountMax}) and wait (to {LedgerWire.WaitMillisecondsMax}) are numbers.", "Correct the query.").ConfigureAwait(false);
            return;
        }
        IReadOnlyList<LedgerEntry> page = await ledger.ReadAsync(from, (int)max, context.RequestAborted).ConfigureAwait(false);
        if (page.Count == 0 && wait > 0)
        {
            if (!await waiting.WaitAsync(0).ConfigureAwait(false))
            {
                await RefuseAsync(context, 503, "ledger/busy", "Too many readers wait.", "Ask again in a moment.").ConfigureAwait(false);
                return;
            }
            try
            {
                await WaitForAsync(ledger, from, TimeSpan.FromMilliseconds(wait), time, context.RequestAborted).ConfigureAwait(false);
            }
            finally
            {
                waiting.Release();
            }
            page = await ledger.ReadAsync(from, (int)max, context.RequestAborted).ConfigureAwait(false);
        }
        await AnswerAsync(context, LedgerWire.CborType, LedgerWire.EncodePage(page)).ConfigureAwait(false);
    }

    private static async Task WaitForAsync(ILedger ledger, long position, TimeSpan wait, TimeProvider time, CancellationToken aborted)
    {
        using var over = new CancellationTokenSource(wait, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(over.Token, aborted);
        try
        {
            await foreach (LedgerEntry _ in ledger.FollowAsync(position, either.Token).ConfigureAwait(false)) break;
        }
        catch (OperationCanceledException) when (!aborted.IsCancellationRequested)
        {
            // Nothing came in time: the page is empty.
        }
    }

    // Left out means the default; anything but plain decimal digits in range is refused.
    private static bool TryQuery(HttpContext context, string name, long min, long max, long absent, out long value)
    {
        value = absent;
        if (!context.Request.Query.TryGetValue(name, out Microsoft.Extensions.Primitives.StringValues texts)) return true;
        return texts.Count == 1 && long.TryParse(texts[0], NumberStyles.None, CultureInfo.InvariantCulture, out value) && value >= min && value <= max;
    }

    private static async Task GuardAsync(HttpContext context, Func<Task> handle)
    {
        try
        {
            await handle().ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // The caller has gone; nobody reads an answer.
        }
        catch (LedgerException fault) when (!context.Response.HasStarted)
        {
            (int status, string code) = fault.Fault switch
            {
                LedgerFault.Full => (507, "ledger/full"),
                LedgerFault.Damaged => (500, "ledger/damaged"),
                _ => (503, "ledger/storage"),
            };
            await RefuseAsync(context, status, code, "The ledger cannot do this now.", "See the ledger's log.").ConfigureAwait(false);
        }
        catch (ObjectDisposedException) when (!context.Response.HasStarted)
        {
            await RefuseAsync(context, 503, "ledger/closed", "The ledger is closing.", "Ask again when it is back.").ConfigureAwait(false);
        }
    }

    private static Task RefuseAsync(HttpContext context, int status, string code, string what, string advice)
    {
        context.Response.StatusCode = status;
        return AnswerAsync(context, LedgerWire.ProblemType, new Problem { Status = status, Code = code, Title = what, Detail = advice }.ToJson());
    }

    private static async Task AnswerAsync(HttpContext context, string type, ReadOnlyMemory<byte> body)
    {
        context.Response.ContentType = type;
        context.Response.ContentLength = body.Length;
        await context.Response.Body.WriteAsync(body, context.RequestAborted).ConfigureAwait(false);
    }
}
