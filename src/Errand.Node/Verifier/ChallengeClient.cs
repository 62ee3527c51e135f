using System.Net.Http.Headers;
using System.Security.Cryptography;
using Errand.Attestation;

namespace Errand.Node;

/// <summary>
/// Challenges nodes to show that the attestation key lives in the certified TPM (TPM2_MakeCredential). Anonymous: the node cannot
/// tell a committee member from anybody else.
/// </summary>
/// <param name="http">Follows no redirects.</param>
/// <param name="time">For pauses between tries; the system's clock if left out.</param>
public sealed class ChallengeClient(HttpClient http, TimeProvider? time = null)
{
    private const string Name = "credential-challenge";
    private const int SecretSize = 32;
    private static readonly TimeSpan RetryPause = TimeSpan.FromMilliseconds(200);

    private readonly TimeProvider _time = time ?? TimeProvider.System;

    /// <summary>
    /// Challenges a node and compares the answer. A node that is busy, that has not yet seen its own case, or cannot be reached is
    /// asked again; one that has not answered in time, or answers wrongly, fails the check.
    /// </summary>
    /// <param name="offer">The node's offer.</param>
    /// <param name="platform">Its verified keys.</param>
    /// <param name="patience">How long it is asked again.</param>
    /// <param name="cancellation">Ends the wait.</param>
    public async Task<AttestationCheck> ChallengeAsync(OfferSnapshot offer, VerifiedPlatform platform, TimeSpan patience, CancellationToken cancellation)
    {
        byte[] secret = RandomNumberGenerator.GetBytes(SecretSize);
        if (MakeCredential.Create(platform.EndorsementKey, platform.AttestationKey.Name, secret) is not { } challenge) return Failed("no challenge can be made for this endorsement key");
        if (!Uri.TryCreate(offer.Endpoint.TrimEnd('/') + "/challenge", UriKind.Absolute, out Uri? address)) return Failed("the endpoint is no URL");
        if (address.Scheme != Uri.UriSchemeHttp && address.Scheme != Uri.UriSchemeHttps) return Failed("the endpoint is no http or https URL");
        byte[] message = new ChallengeMessage(offer.CaseId, challenge).Encode();
        long begun = _time.GetTimestamp();
        while (true)
        {
            (byte[]? answer, string fault) = await AskAsync(address, message, cancellation).ConfigureAwait(false);
            if (answer is not null) return CryptographicOperations.FixedTimeEquals(answer, secret) ? Passed() : Failed("a wrong secret");
            if (_time.GetElapsedTime(begun) + RetryPause > patience) return Failed(fault);
            await Task.Delay(RetryPause, _time, cancellation).ConfigureAwait(false);
        }
    }

    private async Task<(byte[]? Answer, string Fault)> AskAsync(Uri address, byte[] message, CancellationToken cancellation)
    {
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, address) { Content = new ByteArrayContent(message) };
            request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/cbor");
            using HttpResponseMessage response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellation).ConfigureAwait(false);
            if (!response.IsSuccessStatusCode) return (null, $"HTTP {(int)response.StatusCode}");
            // One byte more than a secret has is enough to see that it is none; the node decides how much it sends.
            var answer = new byte[SecretSize + 1];
            using Stream body = await response.Content.ReadAsStreamAsync(cancellation).ConfigureAwait(false);
            int size = await body.ReadAtLeastAsync(answer, answer.Length, throwOnEndOfStream: false, cancellation).ConfigureAwait(false);
            return (answer[..size], "");
        }
        catch (HttpRequestException unreachable)
        {
            return (null, unreachable.HttpRequestError.ToString());
        }
        catch (IOException)
        {
            return (null, "an answer that breaks off");
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return (null, "no answer in time");
        }
    }

    private static AttestationCheck Passed() => new(Name, CheckOutcome.Passed, AttestationReason.None, "the secret", "the secret", "");

    private static AttestationCheck Failed(string actual) => new(Name, CheckOutcome.Failed, AttestationReason.NoAnswer, "the secret", actual,
        "The attestation key must live in the TPM of the EK certificate, and the node's endpoint must be reachable during its case.");
}
