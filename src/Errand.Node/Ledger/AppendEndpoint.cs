using Errand.Client;
using Errand.Ledger;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Errand.Node;

/// <summary>Takes entries from callers that sign their requests: each request once, however often it is sent.</summary>
internal sealed class AppendEndpoint(ServedLog log, CallerGate gate, LedgerMetrics metrics, TimeSpan finalWait, TimeProvider time)
{
    internal void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("/ledger", context => LedgerHttp.GuardAsync(context, metrics, () => AppendAsync(context)));
        routes.MapGet("/ledger/session", context => LedgerHttp.GuardAsync(context, metrics, async () =>
        {
            long count = await log.Tree.CountAsync(context.RequestAborted).ConfigureAwait(false);
            await LedgerHttp.AnswerAsync(context, LedgerWire.CborType, new LedgerSession(gate.Instance, count, gate.Floor).Encode()).ConfigureAwait(false);
        }));
    }

    private async Task AppendAsync(HttpContext context)
    {
        if (!string.Equals(context.Request.ContentType, LedgerWire.EntryType, StringComparison.OrdinalIgnoreCase))
        {
            await RefuseAsync(context, 415, "ledger/media-type", $"An entry has the media type {LedgerWire.EntryType}.", "Set the header Content-Type.").ConfigureAwait(false);
            return;
        }
        if (SignatureOf(context) is not { } signature)
        {
            await RefuseAsync(context, 401, "ledger/unsigned", "The request names no caller.", "Sign it: see Authorization in docs/protocol.md section 10.3.").ConfigureAwait(false);
            return;
        }
        if (await LedgerHttp.ReadEntryAsync(context).ConfigureAwait(false) is not { } entry)
        {
            await RefuseAsync(context, 413, "ledger/entry-size", $"An entry has 1 to {LedgerLimits.EntrySizeBytesMax} bytes.", "Make it shorter.").ConfigureAwait(false);
            return;
        }
        var done = new TaskCompletionSource<LedgerPromiseOutcome>(TaskCreationOptions.RunContinuationsAsynchronously);
        Task<LedgerPromiseOutcome> outcome = done.Task;
        GateAnswer answer = gate.Enter(signature, context.Request.Path + context.Request.QueryString.ToString(), entry, ref outcome);
        if (answer is not (GateAnswer.Pass or GateAnswer.Known))
        {
            await RefuseAsync(context, answer).ConfigureAwait(false);
            return;
        }
        // It goes on if the caller goes: asked again, the same request has the same outcome.
        if (answer == GateAnswer.Pass) _ = CommitAsync(entry, done);
        LedgerPromiseOutcome came = await outcome.WaitAsync(context.RequestAborted).ConfigureAwait(false);
        if (came.Promise is not { } promise)
        {
            (int status, string code) = LedgerHttp.CodeOf(came.Fault ?? LedgerFault.Storage);
            await RefuseAsync(context, status, code, "The ledger did not take the entry.", "See the ledger's log.").ConfigureAwait(false);
            return;
        }
        byte[] page = await FinalAsync(promise.Position.Position, context.RequestAborted).ConfigureAwait(false);
        await LedgerHttp.AnswerAsync(context, LedgerWire.CborType, new AppendAnswer(promise, page).Encode()).ConfigureAwait(false);
    }

    private async Task CommitAsync(byte[] entry, TaskCompletionSource<LedgerPromiseOutcome> done)
    {
        try
        {
            LedgerPosition position = await log.Tree.AppendAsync(entry, CancellationToken.None).ConfigureAwait(false);
            metrics.Appended(entry.Length);
            done.SetResult(new LedgerPromiseOutcome(log.Promise(position, entry), null));
        }
#pragma warning disable CA1031 // handed to everyone who asks for this request's outcome
        catch (Exception fault)
#pragma warning restore CA1031
        {
            done.SetResult(new LedgerPromiseOutcome(null, (fault as LedgerException)?.Fault ?? LedgerFault.Storage));
        }
        finally
        {
            gate.Leave();
        }
    }

    // Empty when the quorum takes longer than the caller should wait.
    private async ValueTask<byte[]> FinalAsync(long position, CancellationToken aborted)
    {
        using var over = new CancellationTokenSource(finalWait, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(over.Token, aborted);
        try
        {
            await log.Board.WaitAboveAsync(position, either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!aborted.IsCancellationRequested)
        {
            return [];
        }
        return (await log.PageAsync(position, 1, aborted).ConfigureAwait(false)).Encode();
    }

    private static RequestSignature? SignatureOf(HttpContext context)
    {
        if (context.Request.Headers.Authorization is not [{ } header] || !header.StartsWith(RequestSignature.Scheme + " ", StringComparison.Ordinal)) return null;
        return RequestSignature.TryParse(header[(RequestSignature.Scheme.Length + 1)..], out RequestSignature? signature) ? signature : null;
    }

    private Task RefuseAsync(HttpContext context, GateAnswer answer) => answer switch
    {
        GateAnswer.OtherInstance => RefuseAsync(context, 409, "ledger/instance", "The request is for another run of this ledger.", "Ask for the session, and look whether the entry is in the ledger."),
        GateAnswer.Number => RefuseAsync(context, 409, "ledger/number", "The request's number is used, forgotten, or too far ahead.", "Ask for the session, and look whether the entry is in the ledger."),
        GateAnswer.Signature => RefuseAsync(context, 401, "ledger/signature", "The request's signature does not hold.", "Sign method, path, query and body for this network."),
        GateAnswer.NotAdmitted => RefuseAsync(context, 403, "ledger/not-admitted", "This ledger takes nothing from this key.", "Ask its operator to admit the key."),
        GateAnswer.Quota => RefuseAsync(context, 429, "ledger/quota", "The key's quota is used up for the moment.", "Send less at a time."),
        GateAnswer.Busy => RefuseAsync(context, 503, "ledger/busy", "Too many entries wait.", "Send the request again in a moment."),
        _ => throw new InvalidOperationException($"No answer for {answer}."),
    };

    private Task RefuseAsync(HttpContext context, int status, string code, string what, string advice) => LedgerHttp.RefuseAsync(context, metrics, status, code, what, advice);
}
