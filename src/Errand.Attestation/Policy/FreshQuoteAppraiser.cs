namespace Errand.Attestation;

/// <summary>
/// Appraises the quote that goes with each piece of TEE evidence: by the qualified attestation key, over that evidence, of a machine that has
/// neither been started again nor changed since it qualified.
/// </summary>
public static class FreshQuoteAppraiser
{
    /// <summary>Appraises TPMS_ATTEST and TPMT_SIGNATURE bytes. Never throws for content.</summary>
    /// <param name="attest">TPMS_ATTEST.</param>
    /// <param name="signature">TPMT_SIGNATURE.</param>
    /// <param name="attestationKey">Public area of the attestation key that qualified.</param>
    /// <param name="nonce">The digest of the TEE evidence that the quote must carry.</param>
    /// <param name="qualified">The machine's state when it qualified.</param>
    public static AttestationResult Appraise(ReadOnlySpan<byte> attest, ReadOnlySpan<byte> signature, TpmtPublic attestationKey, ReadOnlySpan<byte> nonce, QualifiedPlatform qualified)
    {
        ArgumentNullException.ThrowIfNull(attestationKey);
        ArgumentNullException.ThrowIfNull(qualified);
        var checks = new CheckList();
        TpmKey? key = AttestationKeyRule.FindFault(attestationKey) is null ? TpmKey.FromPublicArea(attestationKey) : null;
        checks.Require(key is not null, "ak-attributes", AttestationReason.AkAttributes, "an attestation key", key is null ? "not one" : "so", "The key that qualified must be an attestation key.");
        if (key is null) return checks.ToResult();
        TpmsAttest? quote = QuoteVerifier.VerifySignature(checks, attest, signature, key, out _);
        if (quote is null) return checks.ToResult();

        checks.Require(quote.ExtraData.Span.SequenceEqual(nonce), "quote-binding", AttestationReason.QuoteBinding, Convert.ToHexStringLower(nonce), Convert.ToHexStringLower(quote.ExtraData.Span),
            "The quote covers other evidence than it came with. Quote again over the digest of this evidence.");
        bool selected = quote.Selections is [var only] && only == new PcrSelection(TpmAlgorithm.Sha256, qualified.Pcrs);
        checks.Require(selected, "pcr-selection", AttestationReason.PcrSelection, qualified.Pcrs.ToString(), string.Join(' ', quote.Selections), "Quote the same PCRs as for the Proof of Trust.");
        checks.Require(quote.PcrDigest.Span.SequenceEqual(qualified.PcrDigest.ToArray()), "platform-pcrs", AttestationReason.PlatformChanged, qualified.PcrDigest.ToString(), Convert.ToHexStringLower(quote.PcrDigest.Span),
            "The machine runs something else than when it qualified. Offer a new Proof of Trust.");
        bool sameBoot = quote.ClockInfo.ResetCount == qualified.ResetCount && quote.ClockInfo.RestartCount == qualified.RestartCount;
        checks.Require(sameBoot, "platform-boot", AttestationReason.PlatformChanged, $"reset {qualified.ResetCount}, restart {qualified.RestartCount}",
            $"reset {quote.ClockInfo.ResetCount}, restart {quote.ClockInfo.RestartCount}", "The machine was started again since it qualified. Offer a new Proof of Trust.");
        return checks.ToResult();
    }
}
