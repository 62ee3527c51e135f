using Errand.Attestation;

namespace Errand.Platform;

/// <summary>What a TPM says about its PCRs.</summary>
/// <param name="Attest">TPMS_ATTEST.</param>
/// <param name="Signature">TPMT_SIGNATURE over it.</param>
/// <param name="Pcrs">The values quoted, of the SHA-256 bank.</param>
public sealed record TpmQuote(ReadOnlyMemory<byte> Attest, ReadOnlyMemory<byte> Signature, PcrBank Pcrs);
