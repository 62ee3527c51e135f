using Errand.Attestation;
using Errand.Tpm;

namespace Errand.Platform;

/// <summary>Puts platform evidence together from a TPM.</summary>
public static class PlatformEvidenceCollector
{
    /// <summary>Quotes, and adds keys, certificates and the event log.</summary>
    /// <exception cref="TpmException">The TPM does not answer, or there is no log.</exception>
    public static async ValueTask<PlatformEvidence> CollectAsync(this IAttestingTpm tpm, ReadOnlyMemory<byte> nonce, PcrSet pcrs, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(tpm);
        TpmQuote quote = await tpm.QuoteAsync(nonce, pcrs, cancellation).ConfigureAwait(false);
        return Combine(tpm, quote, await tpm.ReadEventLogAsync(cancellation).ConfigureAwait(false));
    }

    internal static PlatformEvidence Combine(IAttestingTpm tpm, TpmQuote quote, ReadOnlyMemory<byte> eventLog) => new()
    {
        EkCertificateChain = tpm.EkCertificateChain,
        EkPublic = tpm.EkPublic.Encoded,
        AkPublic = tpm.AkPublic.Encoded,
        Attest = quote.Attest,
        Signature = quote.Signature,
        Pcrs = quote.Pcrs,
        EventLog = eventLog,
    };
}
