using Errand.Attestation;

namespace Errand.Platform;

/// <summary>Puts platform evidence together from a TPM.</summary>
public static class PlatformEvidenceCollector
{
    /// <summary>Quotes, and adds keys, certificates and the event log.</summary>
    public static PlatformEvidence Collect(this IAttestingTpm tpm, ReadOnlySpan<byte> nonce, PcrSet pcrs)
    {
        ArgumentNullException.ThrowIfNull(tpm);
        TpmQuote quote = tpm.Quote(nonce, pcrs);
        return new PlatformEvidence
        {
            EkCertificateChain = tpm.EkCertificateChain,
            EkPublic = tpm.EkPublic.Encoded,
            AkPublic = tpm.AkPublic.Encoded,
            Attest = quote.Attest,
            Signature = quote.Signature,
            Pcrs = quote.Pcrs,
            EventLog = tpm.EventLog,
        };
    }
}
