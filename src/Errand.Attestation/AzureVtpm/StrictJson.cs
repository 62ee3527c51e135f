using System.Text.Json;
using System.Text.Unicode;

namespace Errand.Attestation;

/// <summary>Reads JSON (RFC 8259) that others wrote, strictly: valid UTF-8, no member twice, no comments, no trailing commas, bounded depth.</summary>
internal static class StrictJson
{
    private const int DepthMax = 8;

    private static readonly JsonDocumentOptions Options = new() { AllowDuplicateProperties = false, MaxDepth = DepthMax };

    /// <summary>Reads one JSON object through <paramref name="read"/>; null for anything else, and when that gives null.</summary>
    internal static T? TryRead<T>(ReadOnlyMemory<byte> utf8, int sizeMax, Func<JsonElement, T?> read)
        where T : class
    {
        if (utf8.Length > sizeMax || !Utf8.IsValid(utf8.Span)) return null;
        try
        {
            using var document = JsonDocument.Parse(utf8, Options);
            return document.RootElement.ValueKind == JsonValueKind.Object ? read(document.RootElement) : null;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // The latter for escaped surrogates without their halves, which have no text.
            return null;
        }
    }

    /// <summary>A member of an object, if it is there and of a kind; null otherwise.</summary>
    internal static JsonElement? Member(this JsonElement json, string name, JsonValueKind kind) =>
        json.ValueKind == JsonValueKind.Object && json.TryGetProperty(name, out JsonElement member) && member.ValueKind == kind ? member : null;

    /// <summary>A member that is a text; null otherwise.</summary>
    internal static string? Text(this JsonElement json, string name) => json.Member(name, JsonValueKind.String)?.GetString();
}
