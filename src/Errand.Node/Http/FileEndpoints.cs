using Errand.Primitives;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Errand.Node;

/// <summary>Serves sealed apps and arguments, which travel, by content id. Sealed data never is: no route leads to a site's folder.</summary>
public static class FileEndpoints
{
    /// <summary>Maps <c>/files/{content}</c> to sealed files in a folder, whole or by ranges (RFC 9110 section 14).</summary>
    public static void Map(IEndpointRouteBuilder routes, string folder) => routes.MapGet("/files/{content}", (string content) =>
    {
        string? file = Bytes32.TryParseHex(content, out Bytes32 id) ? Path.Combine(folder, SealedInputs.FileName(new ContentId(id))) : null;
        return file is not null && File.Exists(file) ? Results.File(file, "application/octet-stream", enableRangeProcessing: true) : Results.NotFound();
    });
}
