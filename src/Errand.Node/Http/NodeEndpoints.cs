using System.Globalization;
using System.Net;
using Errand.Ledger;
using Errand.Primitives;
using Errand.Protocol;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Errand.Node;

/// <summary>What nodes answer over HTTP: credential challenges from anyone, release messages from owners, sealed results for recipients.</summary>
/// <remarks>
/// Nothing here is trusted: challenges are answered by the TPM, releases are signed and sealed, results are sealed. Bodies are
/// bounded; challenges are limited for each node and source (<see cref="ChallengeGate"/>).
/// </remarks>
public static class NodeEndpoints
{
    private const int ReleaseSizeMax = 16 * 1024;

    /// <summary>Maps <c>/nodes/{node}/challenge</c>, <c>add-checkpoint</c> of witnesses, and <c>releases</c> and <c>results</c> of executors.</summary>
    public static void Map(IEndpointRouteBuilder routes, NodeDirectory nodes)
    {
        routes.MapPost("/nodes/{node}/challenge", context => AnswerAsync(context, nodes));
        routes.MapPost("/nodes/{node}/add-checkpoint", context => CosignAsync(context, nodes));
        routes.MapPut("/nodes/{node}/releases/{task}/{attempt}/{asset}", context => TakeReleaseAsync(context, nodes));
        routes.MapGet("/nodes/{node}/results/{task}", context => SendResultAsync(context, nodes));
    }

    private static async Task AnswerAsync(HttpContext context, NodeDirectory nodes)
    {
        var key = context.Request.RouteValues["node"] as string;
        if (nodes.Find(key) is not { } node || nodes.FindGate(key) is not { } gate)
        {
            await RefuseAsync(context, StatusCodes.Status404NotFound, "no-such-node").ConfigureAwait(false);
            return;
        }
        IPAddress? source = context.Connection.RemoteIpAddress;
        if (!gate.TryCount(source))
        {
            await RefuseAsync(context, StatusCodes.Status429TooManyRequests, "too-many-challenges").ConfigureAwait(false);
            return;
        }
        byte[]? body = await ReadAsync(context.Request, ChallengeMessage.SizeMax).ConfigureAwait(false);
        if (body is null || ChallengeMessage.TryDecode(body) is not { } message)
        {
            await RefuseAsync(context, StatusCodes.Status400BadRequest, "malformed").ConfigureAwait(false);
            return;
        }
        // Only now: whoever sends slowly holds no place.
        using IDisposable? place = gate.TryEnter(source);
        if (place is null)
        {
            await RefuseAsync(context, StatusCodes.Status429TooManyRequests, "too-many-challenges").ConfigureAwait(false);
            return;
        }
        try
        {
            if (await node.AnswerAsync(message.CaseId, message.Challenge, context.RequestAborted).ConfigureAwait(false) is not { } secret)
                await RefuseAsync(context, StatusCodes.Status404NotFound, "no-such-case").ConfigureAwait(false);
            else await context.Response.Body.WriteAsync(secret, context.RequestAborted).ConfigureAwait(false);
        }
        catch (Tpm.TpmException)
        {
            // Whoever asks tries again; the node's own duties meet the same fault and log it.
            await RefuseAsync(context, StatusCodes.Status503ServiceUnavailable, "tpm-unavailable").ConfigureAwait(false);
        }
    }

    // C2SP tlog-witness: whoever asks, only what the log has signed is cosigned.
    private static async Task CosignAsync(HttpContext context, NodeDirectory nodes)
    {
        if (nodes.FindWitness(context.Request.RouteValues["node"] as string) is not { } witness)
        {
            await RefuseAsync(context, StatusCodes.Status404NotFound, "no-such-witness").ConfigureAwait(false);
            return;
        }
        if (await ReadAsync(context.Request, AddCheckpointRequest.SizeBytesMax).ConfigureAwait(false) is not { } body)
        {
            await RefuseAsync(context, StatusCodes.Status400BadRequest, "malformed").ConfigureAwait(false);
            return;
        }
        WitnessAnswer answer;
        try
        {
            answer = witness.Add(body);
        }
        catch (IOException)
        {
            // Nothing was signed, as nothing was written down.
            await RefuseAsync(context, StatusCodes.Status503ServiceUnavailable, "witness-storage").ConfigureAwait(false);
            return;
        }
        context.Response.StatusCode = answer.Status;
        context.Response.ContentType = answer.ContentType;
        context.Response.ContentLength = answer.Body.Length;
        await context.Response.Body.WriteAsync(answer.Body, context.RequestAborted).ConfigureAwait(false);
    }

    private static async Task TakeReleaseAsync(HttpContext context, NodeDirectory nodes)
    {
        byte[]? body = await ReadAsync(context.Request, ReleaseSizeMax).ConfigureAwait(false);
        RouteValueDictionary route = context.Request.RouteValues;
        if (body is null || !Bytes32.TryParseHex(route["task"] as string, out Bytes32 task) || !Bytes32.TryParseHex(route["asset"] as string, out Bytes32 asset)
            || !int.TryParse(route["attempt"] as string, NumberStyles.None, CultureInfo.InvariantCulture, out int attempt))
            await RefuseAsync(context, StatusCodes.Status400BadRequest, "malformed").ConfigureAwait(false);
        else
            await AnswerAsync(context, (nodes.Find(route["node"] as string) as IReleaseReceiver)?.TakeRelease(new TaskId(task), attempt, new AssetId(asset), body) ?? ReleaseTaking.NoSuchEnclave).ConfigureAwait(false);
    }

    private static Task AnswerAsync(HttpContext context, ReleaseTaking taking)
    {
        switch (taking)
        {
            case ReleaseTaking.Taken:
                context.Response.StatusCode = StatusCodes.Status204NoContent;
                return Task.CompletedTask;
            case ReleaseTaking.NoSuchEnclave:
                return RefuseAsync(context, StatusCodes.Status404NotFound, "no-such-enclave");
            case ReleaseTaking.NotTheRelease:
                return RefuseAsync(context, StatusCodes.Status409Conflict, "not-the-release");
            case ReleaseTaking.Busy:
                return RefuseAsync(context, StatusCodes.Status429TooManyRequests, "too-many-releases");
            default:
                throw new InvalidOperationException($"No answer for {taking}.");
        }
    }

    private static async Task SendResultAsync(HttpContext context, NodeDirectory nodes)
    {
        RouteValueDictionary route = context.Request.RouteValues;
        Stream? result = nodes.Find(route["node"] as string) is IReleaseReceiver executor && Bytes32.TryParseHex(route["task"] as string, out Bytes32 task)
            ? executor.OpenResult(new TaskId(task))
            : null;
        if (result is null)
        {
            await RefuseAsync(context, StatusCodes.Status404NotFound, "no-such-result").ConfigureAwait(false);
            return;
        }
        await using (result.ConfigureAwait(false))
        {
            context.Response.ContentType = "application/octet-stream";
            context.Response.ContentLength = result.Length;
            await result.CopyToAsync(context.Response.Body, context.RequestAborted).ConfigureAwait(false);
        }
    }

    private static Task RefuseAsync(HttpContext context, int status, string code)
    {
        context.Response.StatusCode = status;
        return context.Response.WriteAsJsonAsync(new { code }, context.RequestAborted);
    }

    private static async Task<byte[]?> ReadAsync(HttpRequest request, int sizeMax)
    {
        if (request.ContentLength is not { } length || length > sizeMax) return null;
        var body = new byte[length];
        await request.Body.ReadExactlyAsync(body, request.HttpContext.RequestAborted).ConfigureAwait(false);
        return body;
    }
}
