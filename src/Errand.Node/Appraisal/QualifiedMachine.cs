using System.Security.Cryptography;
using Errand.Attestation;
using Errand.Ledger;
using Errand.Platform;
using Errand.Primitives;
using Errand.Protocol;

namespace Errand.Node;

/// <summary>A machine as the offer says with which it qualified.</summary>
/// <param name="AttestationKey">The key that signed.</param>
/// <param name="State">What was booted, and how often before.</param>
internal sealed record QualifiedMachine(TpmtPublic AttestationKey, QualifiedPlatform State)
{
    /// <summary>Reads it; null when the offer's evidence does not parse, as that of an offer that passed does.</summary>
    public static QualifiedMachine? TryRead(OfferEntry offer)
    {
        if (!PlatformEvidence.TryParse(offer.Platform.Span, out PlatformEvidence? machine)) return null;
        if (TpmtPublic.TryParse(machine.AkPublic.Span) is not { } key || TpmsAttest.TryParse(machine.Attest.Span, out _) is not { } offered) return null;
        if (offered.Selections is not [var selection] || !Bytes32.TryRead(offered.PcrDigest.Span, out Bytes32 pcrs)) return null;
        return new QualifiedMachine(key, new QualifiedPlatform(selection.Pcrs, pcrs, offered.ClockInfo.ResetCount, offered.ClockInfo.RestartCount));
    }

    /// <summary>What a verifier would say of a fresh quote of a machine; null when the entry at the position is no offer.</summary>
    /// <param name="tpm">The machine's TPM.</param>
    /// <param name="ledger">Where the offer lies.</param>
    /// <param name="network">The network.</param>
    /// <param name="offerPosition">Position of the offer that passed last.</param>
    /// <param name="cancellation">Ends the look.</param>
    public static async Task<AttestationResult?> CompareAsync(IAttestingTpm tpm, ILedger ledger, NetworkId network, long offerPosition, CancellationToken cancellation)
    {
        IReadOnlyList<LedgerEntry> page = await ledger.ReadAsync(offerPosition, 1, cancellation).ConfigureAwait(false);
        if (page is not [var entry] || PreparedEntry.Prepare(network, entry.Bytes.Span).Body is not OfferEntry offer || TryRead(offer) is not { } qualified) return null;
        byte[] nonce = RandomNumberGenerator.GetBytes(Bytes32.Size);
        TpmQuote quote = await tpm.QuoteAsync(nonce, qualified.State.Pcrs, cancellation).ConfigureAwait(false);
        return FreshQuoteAppraiser.Appraise(quote.Attest.Span, quote.Signature.Span, qualified.AttestationKey, nonce, qualified.State);
    }
}
