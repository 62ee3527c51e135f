namespace Errand.Attestation;

/// <summary>
/// Verifies that platform evidence is authentic: a certified EK, a key that is an attestation key, and a quote by it over the given PCR
/// values. Whether its nonce, PCRs and log are acceptable is <see cref="PlatformAppraiser"/>'s question.
/// </summary>
public static class PlatformVerifier
{
    /// <summary>Verifies at a time. Never throws for content.</summary>
    public static PlatformVerification Verify(PlatformEvidence evidence, TrustedRoots roots, IReadOnlyCollection<RootClass> classes, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(evidence);
        TpmtPublic? endorsementKey = TpmtPublic.TryParse(evidence.EkPublic.Span);
        TpmtPublic? attestationKey = TpmtPublic.TryParse(evidence.AkPublic.Span);
        var parsing = new CheckList();
        parsing.Require(endorsementKey is not null, "ek-public", AttestationReason.Malformed, "TPMT_PUBLIC of an RSA or ECC key", $"{evidence.EkPublic.Length} bytes",
            "The endorsement key's public area is unreadable. Read it from the TPM with TPM2_ReadPublic.");
        parsing.Require(attestationKey is not null, "ak-public", AttestationReason.Malformed, "TPMT_PUBLIC of an RSA or ECC key", $"{evidence.AkPublic.Length} bytes",
            "The attestation key's public area is unreadable. Read it from the TPM with TPM2_ReadPublic.");
        if (endorsementKey is null || attestationKey is null) return new PlatformVerification(parsing.ToResult(), null);

        EkCertificateVerification certified = EkCertificateVerifier.Verify(evidence.EkCertificateChain, endorsementKey, roots, classes, now);
        var checks = new CheckList();
        TpmsAttest? quote = VerifyQuote(checks, evidence, attestationKey);
        var second = new CheckList();
        VerifiedIma? ima = quote is null || evidence.Ima is null ? null : VerifyImaQuote(second, evidence, evidence.Ima, attestationKey);
        AttestationResult result = parsing.ToResult().Then(certified.Result).Then(checks.ToResult()).Then(second.ToResult());
        return result.Accepted && certified is { Certificate: { } certificate, Root: { } root } && quote is not null
            ? new PlatformVerification(result, new VerifiedPlatform(certificate, root, endorsementKey, attestationKey, quote, evidence.Pcrs, evidence.EventLog, ima))
            : new PlatformVerification(result, null);
    }

    private static TpmsAttest? VerifyQuote(CheckList checks, PlatformEvidence evidence, TpmtPublic attestationKey)
    {
        string? fault = AttestationKeyRule.FindFault(attestationKey);
        checks.Require(fault is null, "ak-attributes", AttestationReason.AkAttributes, "restricted signing key, fixed to the TPM that made it", fault ?? "so",
            "The offered key could sign anything or leave its TPM. Create the attestation key with the attributes that the documentation lists.");
        if (TpmKey.FromPublicArea(attestationKey) is not { } key) return null;
        TpmsAttest? quote = QuoteVerifier.VerifySignature(checks, evidence.Attest.Span, evidence.Signature.Span, key, out TpmtSignature? signature);
        if (quote is null || signature is null) return quote;
        // Evidence carries values of one bank: a quote over another is told as what it is, not as values that do not fit.
        bool sameBank = quote.Selections.All(selection => selection.Bank == evidence.Pcrs.Algorithm);
        checks.Require(sameBank, "pcr-bank", AttestationReason.PcrSelection, evidence.Pcrs.Algorithm.BankName(), string.Join(' ', quote.Selections),
            "The quote is over PCRs of another bank than the values beside it. Quote the SHA-256 bank.");
        if (sameBank) QuoteVerifier.RequirePcrDigest(checks, quote, signature.Hash, [evidence.Pcrs]);
        return quote;
    }

    // Over the very values of the first quote, and the others.
    private static VerifiedIma? VerifyImaQuote(CheckList checks, PlatformEvidence evidence, ImaEvidence ima, TpmtPublic attestationKey)
    {
        if (TpmKey.FromPublicArea(attestationKey) is not { } key) return null;
        TpmsAttest? quote = QuoteVerifier.VerifySignature(checks, ima.Attest.Span, ima.Signature.Span, key, out TpmtSignature? signature);
        if (quote is null || signature is null) return null;
        PcrBank? pcrs = ima.Join(evidence.Pcrs);
        QuoteVerifier.RequirePcrDigest(checks, quote, signature.Hash, pcrs is null ? [] : [pcrs]);
        return checks.Failed || pcrs is null ? null : new VerifiedIma(ima.List, quote, pcrs);
    }
}
