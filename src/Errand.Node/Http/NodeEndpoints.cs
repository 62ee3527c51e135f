using System.Globalization;
using System.Threading.RateLimiting;
using Errand.Primitives;
using Errand.Protocol;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Errand.Node;

/// <summary>What nodes answer over HTTP: credential challenges from anyone, release messages from owners, sealed results for recipients.</summary>
/// <remarks>
/// Nothing here is trusted: challenges are answered by the TPM, releases are signed and sealed, results are sealed. Bodies are
/// bounded; challenges are rate-limited per node.
/// </remarks>
public static class NodeEndpoints
{
    private const int ReleaseSizeMax = 16 * 1024;
    private const int ChallengesBurst = 512;
    private const int ChallengesPerSecond = 256;

    /// <summary>Maps <c>/nodes/{node}/challenge</c> for every node and <c>/nodes/{node}/…</c> for executors.</summary>
    public static void Map(IEndpointRouteBuilder routes, IEnumerable<IChallengeResponder> nodes)
    {
        foreach (IChallengeResponder node in nodes)
        {
            string path = $"/nodes/{node.Id}";
            var limiter = new TokenBucketRateLimiter(new TokenBucketRateLimiterOptions
            {
                TokenLimit = ChallengesBurst,
                TokensPerPeriod = ChallengesPerSecond,
                ReplenishmentPeriod = TimeSpan.FromSeconds(1),
                QueueLimit = 0,
            });
            routes.MapPost(path + "/challenge", context => AnswerAsync(context, node, limiter));
            if (node is not IReleaseReceiver executor) continue;
            routes.MapPut(path + "/releases/{task}/{attempt}/{asset}", context => TakeReleaseAsync(context, executor));
            routes.MapGet(path + "/results/{task}", context => SendResultAsync(context, executor));
        }
    }

    private static async Task AnswerAsync(HttpContext context, IChallengeResponder node, TokenBucketRateLimiter limiter)
    {
        using RateLimitLease lease = limiter.AttemptAcquire();
        if (!lease.IsAcquired)
        {
            context.Response.StatusCode = StatusCodes.Status429TooManyRequests;
            return;
        }
        byte[]? body = await ReadAsync(context.Request, ChallengeMessage.SizeMax).ConfigureAwait(false);
        if (body is null || ChallengeMessage.TryDecode(body) is not { } message) await RefuseAsync(context, StatusCodes.Status400BadRequest, "malformed").ConfigureAwait(false);
        else if (node.Answer(message.CaseId, message.Challenge) is not { } secret) await RefuseAsync(context, StatusCodes.Status404NotFound, "no-such-case").ConfigureAwait(false);
        else await context.Response.Body.WriteAsync(secret, context.RequestAborted).ConfigureAwait(false);
    }

    private static async Task TakeReleaseAsync(HttpContext context, IReleaseReceiver executor)
    {
        byte[]? body = await ReadAsync(context.Request, ReleaseSizeMax).ConfigureAwait(false);
        RouteValueDictionary route = context.Request.RouteValues;
        if (body is null || !Bytes32.TryParseHex(route["task"] as string, out Bytes32 task) || !Bytes32.TryParseHex(route["asset"] as string, out Bytes32 asset)
            || !int.TryParse(route["attempt"] as string, NumberStyles.None, CultureInfo.InvariantCulture, out int attempt))
            await RefuseAsync(context, StatusCodes.Status400BadRequest, "malformed").ConfigureAwait(false);
        else if (!executor.TakeRelease(new TaskId(task), attempt, new AssetId(asset), body))
            await RefuseAsync(context, StatusCodes.Status404NotFound, "no-such-enclave").ConfigureAwait(false);
        else
            context.Response.StatusCode = StatusCodes.Status204NoContent;
    }

    private static async Task SendResultAsync(HttpContext context, IReleaseReceiver executor)
    {
        Stream? result = Bytes32.TryParseHex(context.Request.RouteValues["task"] as string, out Bytes32 task) ? executor.OpenResult(new TaskId(task)) : null;
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
