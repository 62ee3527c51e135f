namespace Errand.Attestation;

/// <summary>A challenge that only the TPM with the endorsement key can answer, and only if it holds the named key (TPM2_ActivateCredential).</summary>
/// <param name="CredentialBlob">Contents of TPM2B_ID_OBJECT: integrity HMAC (TPM2B), then the encrypted credential.</param>
/// <param name="EncryptedSecret">Contents of TPM2B_ENCRYPTED_SECRET: an RSA ciphertext or a TPMS_ECC_POINT.</param>
public sealed record CredentialChallenge(ReadOnlyMemory<byte> CredentialBlob, ReadOnlyMemory<byte> EncryptedSecret);
