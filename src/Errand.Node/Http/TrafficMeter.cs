using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Errand.Node;

/// <summary>Counts the bytes of bodies that cross a host's HTTP door, by what they are. Thread-safe.</summary>
public sealed class TrafficMeter
{
    private const string Unknown = "other";
    private readonly ConcurrentDictionary<string, long> _bytes = new(StringComparer.Ordinal);

    /// <summary>
    /// Bytes so far by kind: the first segment of the route, or the one after <c>/nodes/{node}</c>; "other" for what leads nowhere,
    /// so that callers cannot make kinds up.
    /// </summary>
    public IReadOnlyDictionary<string, long> Bytes => new SortedDictionary<string, long>(_bytes, StringComparer.Ordinal);

    /// <summary>Counts every request that passes.</summary>
    public void Use(IApplicationBuilder app) => app.Use(async (HttpContext context, RequestDelegate next) =>
    {
        Stream asked = context.Request.Body;
        Stream answered = context.Response.Body;
        var question = new CountingStream(asked);
        var answer = new CountingStream(answered);
        context.Request.Body = question;
        context.Response.Body = answer;
        try
        {
            await next(context).ConfigureAwait(false);
        }
        finally
        {
            context.Request.Body = asked;
            context.Response.Body = answered;
            long total = question.Count + answer.Count;
            _bytes.AddOrUpdate(KindOf(context.GetEndpoint()), total, (_, sum) => sum + total);
        }
    });

    private static string KindOf(Endpoint? endpoint)
    {
        if (endpoint is not RouteEndpoint { RoutePattern.RawText: { } pattern }) return Unknown;
        return pattern.Split('/', StringSplitOptions.RemoveEmptyEntries) switch
        {
            ["nodes", _, var what, ..] => what,
            [var what, ..] => what,
            _ => Unknown,
        };
    }
}
