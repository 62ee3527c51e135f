using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Errand.Node;

/// <summary>Counts the bytes of bodies that cross a host's HTTP door, by what they are. Thread-safe.</summary>
public sealed class TrafficMeter
{
    private readonly ConcurrentDictionary<string, long> _bytes = new(StringComparer.Ordinal);

    /// <summary>Bytes so far by kind: the first path segment, or the one after <c>/nodes/{node}</c>.</summary>
    public IReadOnlyDictionary<string, long> Bytes => new SortedDictionary<string, long>(_bytes, StringComparer.Ordinal);

    /// <summary>Counts every request that passes.</summary>
    public void Use(IApplicationBuilder app) => app.Use(async (HttpContext context, RequestDelegate next) =>
    {
        Stream body = context.Response.Body;
        var counting = new CountingStream(body);
        context.Response.Body = counting;
        try
        {
            await next(context).ConfigureAwait(false);
        }
        finally
        {
            context.Response.Body = body;
            long total = counting.Written + (context.Request.ContentLength ?? 0);
            _bytes.AddOrUpdate(KindOf(context.Request.Path), total, (_, sum) => sum + total);
        }
    });

    private static string KindOf(PathString path)
    {
        string[] parts = (path.Value ?? "").Split('/', StringSplitOptions.RemoveEmptyEntries);
        return parts switch
        {
            ["nodes", _, var what, ..] => what,
            [var what, ..] => what,
            _ => "other",
        };
    }
}
