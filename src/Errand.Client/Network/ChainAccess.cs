namespace Errand.Client;

/// <summary>How the chain of a network is read without believing anybody of that network.</summary>
/// <param name="Endpoints">JSON-RPC endpoints; with three, one may fail or lie.</param>
/// <param name="File">Where what was read is kept; commands that run at the same time use files beside it.</param>
/// <param name="Warn">Told of endpoints that fail or lie; null for nobody.</param>
public sealed record ChainAccess(IReadOnlyList<Uri> Endpoints, string File, Action<string>? Warn = null)
{
    /// <summary>The environment variable that names endpoints, with commas between them.</summary>
    public const string Variable = "ERRAND_RPC";

    /// <summary>Reads URLs with commas between them.</summary>
    /// <exception cref="ClientException"><c>usage</c>: one is no http or https URL. It is not quoted: it may hold a secret.</exception>
    public static IReadOnlyList<Uri> Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return [.. text.Split(',', StringSplitOptions.TrimEntries).Select((one, i) =>
            Uri.TryCreate(one, UriKind.Absolute, out Uri? address) && (address.Scheme == Uri.UriSchemeHttp || address.Scheme == Uri.UriSchemeHttps)
                ? address
                : throw new ClientException(ClientError.Usage, $"Endpoint {i + 1} of those named is no http or https URL.", "Separate several by commas."))];
    }
}
