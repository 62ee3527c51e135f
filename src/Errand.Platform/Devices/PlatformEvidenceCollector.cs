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
        PlatformEvidence evidence = Combine(tpm, quote, await tpm.ReadEventLogAsync(cancellation).ConfigureAwait(false));
        PlatformEvidence whole = evidence with { Ima = await CollectImaAsync(tpm, nonce, pcrs, cancellation).ConfigureAwait(false) };
        // A list that grows longer than an entry can be is left out: a network that requires one says so.
        return whole.Fits ? whole : evidence;
    }

    private static async ValueTask<ImaEvidence?> CollectImaAsync(IAttestingTpm tpm, ReadOnlyMemory<byte> nonce, PcrSet pcrs, CancellationToken cancellation)
    {
        if (await tpm.ReadImaListAsync(cancellation).ConfigureAwait(false) is null) return null;
        TpmQuote quote = await tpm.QuoteAsync(nonce, ImaEvidence.Quoted(pcrs), cancellation).ConfigureAwait(false);
        // After the quote: then some beginning of it leads there.
        return await tpm.ReadImaListAsync(cancellation).ConfigureAwait(false) is { } list ? new ImaEvidence(list, quote.Attest, quote.Signature, quote.Pcrs.Concatenate(new PcrSet(ImaEvidence.Pcrs.Mask & ~pcrs.Mask))) : null;
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
