using System.Net.Http.Headers;
using System.Security.Cryptography;
using Errand.Attestation;

namespace Errand.Node;

/// <summary>
/// Challenges nodes to show that the attestation key lives in the certified TPM (TPM2_MakeCredential). Anonymous: the node cannot
/// tell a committee member from anybody else.
/// </summary>
public sealed class ChallengeClient(HttpClient http)
{
    private const string Name = "credential-challenge";
    private const int SecretSize = 32;

    /// <summary>Sends one challenge and compares the answer; a node that does not answer, or wrongly, fails the check.</summary>
    public async Task<AttestationCheck> ChallengeAsync(OfferSnapshot offer, VerifiedPlatform platform, CancellationToken cancellation)
    {
        byte[] secret = RandomNumberGenerator.GetBytes(SecretSize);
        if (MakeCredential.Create(platform.EndorsementKey, platform.AttestationKey.Name, secret) is not { } challenge) return Failed("no challenge can be made for this endorsement key");
        if (!Uri.TryCreate(offer.Endpoint.TrimEnd('/') + "/challenge", UriKind.Absolute, out Uri? address)) return Failed("the endpoint is no URL");
        try
        {
            using var body = new ByteArrayContent(new ChallengeMessage(offer.CaseId, challenge).Encode());
            body.Headers.ContentType = new MediaTypeHeaderValue("application/cbor");
            using HttpResponseMessage response = await http.PostAsync(address, body, cancellation).ConfigureAwait(false);
            if (!response.IsSuccessStatusCode) return Failed($"HTTP {(int)response.StatusCode}");
            byte[] answer = await response.Content.ReadAsByteArrayAsync(cancellation).ConfigureAwait(false);
            return CryptographicOperations.FixedTimeEquals(answer, secret)
                ? new AttestationCheck(Name, CheckOutcome.Passed, AttestationReason.None, "the secret", "the secret", "")
                : Failed("a wrong secret");
        }
        catch (HttpRequestException unreachable)
        {
            return Failed(unreachable.HttpRequestError.ToString());
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return Failed("no answer in time");
        }
    }

    private static AttestationCheck Failed(string actual) => new(Name, CheckOutcome.Failed, AttestationReason.NoAnswer, "the secret", actual,
        "The attestation key must live in the TPM of the EK certificate, and the node's endpoint must be reachable during its case.");
}
