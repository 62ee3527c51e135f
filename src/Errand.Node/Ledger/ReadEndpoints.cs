using System.Buffers.Binary;
using System.Text;
using System.Text.Json;
using Errand.Client;
using Errand.Ledger;
using Errand.Primitives;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Errand.Node;

/// <summary>Gives a log to readers: proven pages and streams for nodes, plain pages as CBOR or JSON, checkpoint and genesis. Only what is published.</summary>
internal sealed class ReadEndpoints(ServedLog log, LedgerMetrics metrics, TimeProvider time, CancellationToken stopping)
{
    private const int WaitingMax = 1_024, StreamsMax = 1_024;
    private const string JsonType = "application/json", EventsType = "text/event-stream";
    private static readonly TimeSpan SignOfLife = TimeSpan.FromSeconds(10);

    private int _waiting, _streams;

    internal void Map(IEndpointRouteBuilder routes)
    {
        Map(routes, "/ledger", ReadAsync);
        Map(routes, "/ledger/head", context => LedgerHttp.AnswerAsync(context, LedgerWire.CborType, LedgerWire.EncodeCount(log.Size)));
        Map(routes, "/ledger/proven", ProvenAsync);
        Map(routes, "/ledger/follow", FollowAsync);
        Map(routes, "/ledger/consistency", ConsistencyAsync);
        Map(routes, "/checkpoint", context =>
        {
            if (log.Board.Current.Note.Signatures.Count == 0) return RefuseAsync(context, 404, "ledger/no-checkpoint", "Nothing is mirrored yet.", "Ask again in a moment.");
            context.Response.Headers.CacheControl = "no-cache";
            return LedgerHttp.AnswerAsync(context, "text/plain; charset=utf-8", log.Board.Current.Note.ToBytes());
        });
        Map(routes, "/genesis", context => LedgerHttp.AnswerAsync(context, LedgerWire.CborType, log.Genesis));
    }

    private void Map(IEndpointRouteBuilder routes, string path, Func<HttpContext, Task> answer) =>
        routes.MapGet(path, context => LedgerHttp.GuardAsync(context, metrics, () => answer(context)));

    private async Task ReadAsync(HttpContext context)
    {
        if (await WaitAsync(context).ConfigureAwait(false) is not { } query) return;
        ProvenPage page = await log.PageAsync(query.From, query.Max, context.RequestAborted).ConfigureAwait(false);
        IReadOnlyList<LedgerEntry> entries = page.From == query.From ? page.Entries : [];
        bool json = context.Request.Headers.Accept.ToString().Contains(JsonType, StringComparison.OrdinalIgnoreCase);
        await LedgerHttp.AnswerAsync(context, json ? JsonType : LedgerWire.CborType, json ? ToJson(entries) : LedgerWire.EncodePage(entries)).ConfigureAwait(false);
    }

    private async Task ProvenAsync(HttpContext context)
    {
        if (await WaitAsync(context).ConfigureAwait(false) is not { } query) return;
        ProvenPage page = await log.PageAsync(query.From, query.Max, context.RequestAborted).ConfigureAwait(false);
        metrics.Page();
        await LedgerHttp.AnswerAsync(context, LedgerWire.CborType, page.Encode()).ConfigureAwait(false);
    }

    private async Task ConsistencyAsync(HttpContext context)
    {
        if (!LedgerHttp.TryQuery(context, "from", 0, long.MaxValue, -1, out long from) || !LedgerHttp.TryQuery(context, "to", 0, long.MaxValue, -1, out long to) || from < 0 || from > to)
            await RefuseAsync(context, 400, "ledger/query", "from and to are numbers, from the smaller.", "Correct the query.").ConfigureAwait(false);
        else if (to > log.Size) await RefuseAsync(context, 404, "ledger/beyond", "The ledger has no such checkpoint.", "Ask another mirror, or later.").ConfigureAwait(false);
        else await LedgerHttp.AnswerAsync(context, LedgerWire.CborType, LedgerWire.EncodeProof(log.Tree.ProveConsistency(from, to))).ConfigureAwait(false);
    }

    private async Task FollowAsync(HttpContext context)
    {
        if (!LedgerHttp.TryQuery(context, "from", 0, long.MaxValue, 0, out long from))
        {
            await RefuseAsync(context, 400, "ledger/query", "from is a number.", "Correct the query.").ConfigureAwait(false);
            return;
        }
        if (!TryEnter(ref _streams, StreamsMax))
        {
            await RefuseAsync(context, 503, "ledger/busy", "Too many readers follow.", "Ask a mirror, or again in a moment.").ConfigureAwait(false);
            return;
        }
        metrics.FollowerCame();
        try
        {
            await StreamAsync(context, from).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // The ledger closes in order: the stream ends, and the reader asks again where it was.
        }
        finally
        {
            metrics.FollowerWent();
            Interlocked.Decrement(ref _streams);
        }
    }

    private async Task StreamAsync(HttpContext context, long next)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, stopping);
        bool events = context.Request.Headers.Accept.ToString().Contains(EventsType, StringComparison.OrdinalIgnoreCase);
        context.Response.ContentType = events ? EventsType : "application/octet-stream";
        context.Response.Headers.CacheControl = "no-store";
        while (true)
        {
            ProvenPage page = await log.PageAsync(next, LedgerLimits.ReadCountMax, either.Token).ConfigureAwait(false);
            metrics.Page();
            if (page.From == next) next += page.Entries.Count;
            ReadOnlyMemory<byte> frame = events ? ToEvents(page) : Framed(page.Encode());
            // A reader that takes nothing holds this stream up, and no other: what is not written is not read from the log either.
            await context.Response.Body.WriteAsync(frame, either.Token).ConfigureAwait(false);
            await context.Response.Body.FlushAsync(either.Token).ConfigureAwait(false);
            await WaitForAsync(next, SignOfLife, either.Token).ConfigureAwait(false);
        }
    }

    private async ValueTask WaitForAsync(long position, TimeSpan wait, CancellationToken cancellation)
    {
        using var over = new CancellationTokenSource(wait, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(over.Token, cancellation);
        try
        {
            await log.Board.WaitAboveAsync(position, either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            // Nothing came in time.
        }
    }

    // Null when the request has been refused.
    private async ValueTask<(long From, int Max)?> WaitAsync(HttpContext context)
    {
        if (!LedgerHttp.TryQuery(context, "from", 0, long.MaxValue, 0, out long from)
            || !LedgerHttp.TryQuery(context, "max", 0, LedgerLimits.ReadCountMax, LedgerLimits.ReadCountMax, out long max)
            || !LedgerHttp.TryQuery(context, "wait", 0, LedgerWire.WaitMillisecondsMax, 0, out long wait))
        {
            await RefuseAsync(context, 400, "ledger/query", $"from, max (to {LedgerLimits.ReadCountMax}) and wait (to {LedgerWire.WaitMillisecondsMax}) are numbers.", "Correct the query.").ConfigureAwait(false);
            return null;
        }
        if (wait == 0 || from < log.Size) return (from, (int)max);
        if (!TryEnter(ref _waiting, WaitingMax))
        {
            await RefuseAsync(context, 503, "ledger/busy", "Too many readers wait.", "Ask again in a moment.").ConfigureAwait(false);
            return null;
        }
        try
        {
            using var either = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, stopping);
            await WaitForAsync(from, TimeSpan.FromMilliseconds(wait), either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // What is there now is answered, so that closing waits for nobody.
        }
        finally
        {
            Interlocked.Decrement(ref _waiting);
        }
        return (from, (int)max);
    }

    private static bool TryEnter(ref int count, int max)
    {
        if (Interlocked.Increment(ref count) <= max) return true;
        Interlocked.Decrement(ref count);
        return false;
    }

    private static byte[] Framed(byte[] page)
    {
        var frame = new byte[sizeof(int) + page.Length];
        BinaryPrimitives.WriteInt32BigEndian(frame, page.Length);
        page.CopyTo(frame, sizeof(int));
        return frame;
    }

    private static byte[] ToEvents(ProvenPage page)
    {
        if (page.Entries.Count == 0) return ": nothing new\n\n"u8.ToArray();
        var text = new StringBuilder();
        foreach (LedgerEntry entry in page.Entries) text.Append("id: ").Append(entry.Position).Append("\ndata: ").Append(Encoding.UTF8.GetString(ToJson([entry])).Trim('[', ']')).Append("\n\n");
        return Encoding.UTF8.GetBytes(text.ToString());
    }

    private static byte[] ToJson(IReadOnlyList<LedgerEntry> entries)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartArray();
            foreach (LedgerEntry entry in entries)
            {
                json.WriteStartObject();
                json.WriteNumber("position", entry.Position);
                json.WriteNumber("time", entry.TimeMilliseconds);
                json.WriteString("leaf", LedgerLeaf.Hash(entry.TimeMilliseconds, entry.Bytes.Span).ToString());
                json.WriteBase64String("bytes", entry.Bytes.Span);
                json.WriteEndObject();
            }
            json.WriteEndArray();
        }
        return buffer.ToArray();
    }

    private Task RefuseAsync(HttpContext context, int status, string code, string what, string advice) => LedgerHttp.RefuseAsync(context, metrics, status, code, what, advice);
}
