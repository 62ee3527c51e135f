using System.Security.Cryptography;

namespace Errand.Attestation;

/// <summary>Verifies a quote: format, signature, nonce, and that given PCR values are those quoted.</summary>
public static class QuoteVerifier
{
    /// <summary>Verifies TPMS_ATTEST and TPMT_SIGNATURE bytes under a key.</summary>
    /// <param name="attest">TPMS_ATTEST.</param>
    /// <param name="signature">TPMT_SIGNATURE.</param>
    /// <param name="key">The attestation key.</param>
    /// <param name="nonce">The qualifying data that must be in it.</param>
    /// <param name="banks">PCR values, which must cover all that was quoted.</param>
    public static QuoteVerification Verify(ReadOnlySpan<byte> attest, ReadOnlySpan<byte> signature, TpmKey key, ReadOnlySpan<byte> nonce, IReadOnlyList<PcrBank> banks)
    {
        ArgumentNullException.ThrowIfNull(banks);
        var checks = new CheckList();
        TpmsAttest? quote = VerifySignature(checks, attest, signature, key, out TpmtSignature? parsed);
        if (quote is null || parsed is null) return new QuoteVerification(checks.ToResult(), null);
        RequireNonce(checks, quote, nonce, []);
        RequirePcrDigest(checks, quote, parsed.Hash, banks);
        return new QuoteVerification(checks.ToResult(), checks.Failed ? null : quote);
    }

    internal static TpmsAttest? VerifySignature(CheckList checks, ReadOnlySpan<byte> attest, ReadOnlySpan<byte> signature, TpmKey key, out TpmtSignature? parsed)
    {
        ArgumentNullException.ThrowIfNull(key);
        TpmsAttest? quote = TpmsAttest.TryParse(attest, out AttestationReason reason);
        checks.Require(quote is not null, "quote-format", reason, "TPMS_ATTEST of type TPM_ST_ATTEST_QUOTE", quote is null ? $"{attest.Length} bytes of something else" : "a quote",
            "The TPM's statement is not a quote. Ask it for one with TPM2_Quote.");
        parsed = TpmtSignature.TryParse(signature);
        checks.Require(parsed is not null, "quote-signature-format", AttestationReason.Malformed, "TPMT_SIGNATURE of RSASSA, RSAPSS or ECDSA", $"{signature.Length} bytes",
            "The signature is not one of the schemes known here. Make the attestation key with one of them.");
        if (quote is null || parsed is null) return null;
        bool signed = key.Verify(attest, parsed);
        checks.Require(signed, "quote-signature", AttestationReason.QuoteSignature, "signed by the attestation key with its own scheme", signed ? "holds" : "does not hold",
            "The quote was altered, or another key made it. Quote again with the attestation key that is offered.");
        return quote;
    }

    internal static void RequireNonce(CheckList checks, TpmsAttest quote, ReadOnlySpan<byte> nonce, IReadOnlyList<ReadOnlyMemory<byte>> expiredNonces)
    {
        // Nonces are public, but comparing them in constant time costs nothing.
        bool same = CryptographicOperations.FixedTimeEquals(quote.ExtraData.Span, nonce);
        bool old = !same && expiredNonces.Any(expired => expired.Span.SequenceEqual(quote.ExtraData.Span));
        checks.Require(same, "nonce", old ? AttestationReason.NonceOld : AttestationReason.Nonce, Convert.ToHexStringLower(nonce), Convert.ToHexStringLower(quote.ExtraData.Span),
            old ? "The quote was made in an earlier epoch. Quote again." : "The quote was made for another node, case or epoch. Quote again with the nonce of this one.");
    }

    internal static void RequirePcrDigest(CheckList checks, TpmsAttest quote, TpmAlgorithm hash, IReadOnlyList<PcrBank> banks)
    {
        byte[]? actual = PcrDigest(quote.Selections, hash, banks);
        bool same = actual is not null && quote.PcrDigest.Span.SequenceEqual(actual);
        checks.Require(same, "pcr-digest", AttestationReason.PcrDigest, Convert.ToHexStringLower(quote.PcrDigest.Span),
            actual is null ? "values of some quoted PCRs are missing" : Convert.ToHexStringLower(actual), "The PCR values are not those that the TPM quoted. Read them again together with the quote.");
    }

    /// <summary>Hash over the values of selected PCRs, banks in the order of the selection (TPM 2.0 Part 3, section 18.4); null when one is missing.</summary>
    private static byte[]? PcrDigest(IReadOnlyList<PcrSelection> selections, TpmAlgorithm hash, IReadOnlyList<PcrBank> banks)
    {
        using var digest = IncrementalHash.CreateHash(hash.ToHashName() ?? throw new ArgumentOutOfRangeException(nameof(hash)));
        foreach (PcrSelection selection in selections)
        {
            PcrBank? bank = banks.FirstOrDefault(candidate => candidate.Algorithm == selection.Bank);
            if (bank is null || (selection.Pcrs.Mask & ~bank.Pcrs.Mask) != 0) return null;
            digest.AppendData(bank.Concatenate(selection.Pcrs));
        }
        return digest.GetHashAndReset();
    }
}
