using System.Net;
using Errand.Primitives;
using Errand.Protocol;

namespace Errand.Node;

/// <summary>Hands release messages to executors.</summary>
public sealed class ReleaseClient(HttpClient http)
{
    /// <summary>Hands one over; false when the executor has no such enclave any more.</summary>
    /// <exception cref="HttpRequestException">The executor cannot be reached or fails.</exception>
    public async Task<bool> SendAsync(string endpoint, TaskId task, int attempt, AssetId asset, ReadOnlyMemory<byte> message, CancellationToken cancellation)
    {
        if (!Uri.TryCreate($"{endpoint.TrimEnd('/')}/releases/{task}/{attempt}/{asset}", UriKind.Absolute, out Uri? address)) throw new HttpRequestException($"The executor's endpoint is no URL: {endpoint}.");
        using var request = new HttpRequestMessage(HttpMethod.Put, address) { Content = new ReadOnlyMemoryContent(message) };
        // Nothing of the answer but its status is read: the executor decides how long its body is.
        using HttpResponseMessage response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellation).ConfigureAwait(false);
        if (response.StatusCode == HttpStatusCode.NotFound) return false;
        response.EnsureSuccessStatusCode();
        return true;
    }
}
