using Errand.Attestation;

namespace Errand.Tpm;

/// <summary>What a TPM says about itself and opens for itself: TPM2_Quote, TPM2_ActivateCredential, TPM2_Unseal (TPM 2.0 Part 3, sections 18.4, 12.5, 12.7).</summary>
internal static class TpmAttestation
{
    private const int CredentialSizeMax = 64, SecretSizeMax = 128;

    /// <summary>Quotes PCRs of the SHA-256 bank with a key's own scheme: TPMS_ATTEST and TPMT_SIGNATURE.</summary>
    public static async ValueTask<(byte[] Attest, byte[] Signature)> QuoteAsync(this TpmClient tpm, uint key, ReadOnlyMemory<byte> nonce, PcrSet pcrs, CancellationToken cancellation)
    {
        var parameters = new TpmWriter().Sized(nonce.Span).Algorithm(TpmAlgorithm.Null);
        PcrSelection.WriteList(parameters, [new PcrSelection(TpmAlgorithm.Sha256, pcrs)]);
        TpmResponse response = await tpm.SendAsync(
            new TpmCommand(TpmCommandCode.Quote) { Handles = [key], Authorizations = [TpmAuthorization.Password()], Parameters = parameters.ToArray() }, cancellation).ConfigureAwait(false);
        var reader = new TpmReader(response.Parameters.Span);
        byte[] attest = reader.Sized(TpmsAttest.SizeMax).ToArray();
        byte[] signature = reader.Bytes(reader.Remaining).ToArray();
        if (!reader.AtEnd || TpmtSignature.TryParse(signature) is null) throw TpmClient.Malformed(TpmCommandCode.Quote);
        return (attest, signature);
    }

    /// <summary>The credential of a challenge for two loaded keys.</summary>
    /// <exception cref="TpmException">Not answered; about a parameter when the challenge is not for these keys.</exception>
    public static async ValueTask<byte[]> ActivateCredentialAsync(this TpmClient tpm, uint attestationKey, uint endorsementKey, uint policySession, CredentialChallenge challenge, CancellationToken cancellation)
    {
        TpmResponse response = await tpm.SendAsync(new TpmCommand(TpmCommandCode.ActivateCredential)
        {
            Handles = [attestationKey, endorsementKey],
            Authorizations = [TpmAuthorization.Password(), TpmAuthorization.Policy(policySession)],
            Parameters = new TpmWriter().Sized(challenge.CredentialBlob.Span).Sized(challenge.EncryptedSecret.Span).ToArray(),
        }, cancellation).ConfigureAwait(false);
        return ReadSized(response, CredentialSizeMax, TpmCommandCode.ActivateCredential);
    }

    /// <summary>The secret of a loaded sealed object whose policy a session fulfils. The caller wipes it.</summary>
    public static async ValueTask<byte[]> UnsealAsync(this TpmClient tpm, uint handle, uint policySession, CancellationToken cancellation)
    {
        TpmResponse response = await tpm.SendAsync(
            new TpmCommand(TpmCommandCode.Unseal) { Handles = [handle], Authorizations = [TpmAuthorization.Policy(policySession)] }, cancellation).ConfigureAwait(false);
        return ReadSized(response, SecretSizeMax, TpmCommandCode.Unseal);
    }

    private static byte[] ReadSized(TpmResponse response, int sizeMax, TpmCommandCode command)
    {
        var reader = new TpmReader(response.Parameters.Span);
        byte[] value = reader.Sized(sizeMax).ToArray();
        bool whole = reader.AtEnd;
        // The value is the only copy that lives on: it is the caller's to wipe.
        response.Wipe();
        return whole ? value : throw TpmClient.Malformed(command);
    }
}
