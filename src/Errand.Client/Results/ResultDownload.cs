using Errand.Ledger;
using Errand.Primitives;
using Errand.Protocol;

namespace Errand.Client;

/// <summary>Gets a sealed result that its executor serves: <c>GET ENDPOINT/results/TASK</c>.</summary>
internal static class ResultDownload
{
    private static readonly TimeSpan Timeout = TimeSpan.FromMinutes(10);

    /// <summary>The bytes served, at most as many as the receipt names. Not yet held against the receipt.</summary>
    /// <exception cref="ClientException"><c>result/unavailable</c>.</exception>
    internal static async Task<byte[]> GetAsync(string endpoint, TaskId task, Receipt receipt, TimeProvider time, CancellationToken cancellation)
    {
        if (!Uri.TryCreate(endpoint, UriKind.Absolute, out Uri? address) || (address.Scheme != Uri.UriSchemeHttp && address.Scheme != Uri.UriSchemeHttps))
            throw new ClientException(ClientError.ResultUnavailable, "The executor has no endpoint that can be asked.");
        if (receipt.ResultSizeBytes > Array.MaxLength) throw new ClientException(ClientError.ResultUnavailable, "The result is longer than this software fetches.");
        try
        {
            using var http = new BoundedHttp(address, time);
            using var request = new HttpRequestMessage(HttpMethod.Get, http.At($"results/{task}"));
            HttpAnswer answer = await http.SendAsync(request, Timeout, (int)receipt.ResultSizeBytes, cancellation).ConfigureAwait(false);
            return answer.Status == 200 ? answer.Body : throw new ClientException(ClientError.ResultUnavailable, $"The executor answered with HTTP status {answer.Status}.");
        }
        catch (LedgerException fault)
        {
            throw new ClientException(ClientError.ResultUnavailable, fault.Message, fault);
        }
    }
}
