using System.Globalization;
using Errand.Client;
using Errand.Ledger;
using Microsoft.AspNetCore.Http;

namespace Errand.Node;

/// <summary>What the doors of a served ledger share: queries, refusals, and faults as answers.</summary>
internal static class LedgerHttp
{
    internal static async Task GuardAsync(HttpContext context, LedgerMetrics metrics, Func<Task> handle)
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
            (int status, string code) = CodeOf(fault.Fault);
            await RefuseAsync(context, metrics, status, code, "The ledger cannot do this now.", "See the ledger's log.").ConfigureAwait(false);
        }
        catch (ObjectDisposedException) when (!context.Response.HasStarted)
        {
            await RefuseAsync(context, metrics, 503, "ledger/closed", "The ledger is closing.", "Ask again when it is back.").ConfigureAwait(false);
        }
    }

    internal static (int Status, string Code) CodeOf(LedgerFault fault) => fault switch
    {
        LedgerFault.Full => (507, "ledger/full"),
        LedgerFault.Damaged => (500, "ledger/damaged"),
        _ => (503, "ledger/storage"),
    };

    internal static Task RefuseAsync(HttpContext context, LedgerMetrics metrics, int status, string code, string what, string advice)
    {
        metrics.Refused(code);
        context.Response.StatusCode = status;
        if (status is 429 or 503) context.Response.Headers.RetryAfter = "1";
        return AnswerAsync(context, LedgerWire.ProblemType, new Problem { Status = status, Code = code, Title = what, Detail = advice }.ToJson());
    }

    internal static async Task AnswerAsync(HttpContext context, string type, ReadOnlyMemory<byte> body)
    {
        context.Response.ContentType = type;
        context.Response.ContentLength = body.Length;
        await context.Response.Body.WriteAsync(body, context.RequestAborted).ConfigureAwait(false);
    }

    // Left out means the default; anything but plain decimal digits in range is refused.
    internal static bool TryQuery(HttpContext context, string name, long min, long max, long absent, out long value)
    {
        value = absent;
        if (!context.Request.Query.TryGetValue(name, out Microsoft.Extensions.Primitives.StringValues texts)) return true;
        return texts.Count == 1 && long.TryParse(texts[0], NumberStyles.None, CultureInfo.InvariantCulture, out value) && value >= min && value <= max;
    }

    internal static async Task<byte[]?> ReadEntryAsync(HttpContext context)
    {
        if (context.Request.ContentLength > LedgerLimits.EntrySizeBytesMax) return null;
        var buffer = new byte[(int?)context.Request.ContentLength + 1 ?? LedgerLimits.EntrySizeBytesMax + 1];
        int size = await context.Request.Body.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, context.RequestAborted).ConfigureAwait(false);
        return size is 0 or > LedgerLimits.EntrySizeBytesMax ? null : buffer[..size];
    }
}
