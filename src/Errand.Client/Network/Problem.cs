using System.Text.Json;

namespace Errand.Client;

/// <summary>An error over HTTP: application/problem+json (RFC 9457) with a stable code.</summary>
public sealed record Problem
{
    /// <summary>HTTP status.</summary>
    public int Status { get; init; }

    /// <summary>The stable code, as in <c>ledger/full</c>.</summary>
    public string Code { get; init; } = "";

    /// <summary>What happened, for people.</summary>
    public string Title { get; init; } = "";

    /// <summary>What to do, for people.</summary>
    public string Detail { get; init; } = "";

    /// <summary>The JSON.</summary>
    public byte[] ToJson() => JsonSerializer.SerializeToUtf8Bytes(this, ProblemJson.Default.Problem);

    /// <summary>Reads an answer; null for anything else. Texts are of the other side: shown, never acted upon.</summary>
    public static Problem? TryParse(ReadOnlySpan<byte> json)
    {
        try
        {
            return JsonSerializer.Deserialize(json, ProblemJson.Default.Problem);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
