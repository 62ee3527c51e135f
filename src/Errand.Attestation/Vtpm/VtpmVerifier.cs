namespace Errand.Attestation;

/// <summary>
/// Verifies that a software TPM's report is authentic: an attestation key that its maker certified under a development root, and a quote by it over
/// the given PCR values. What was quoted is <see cref="VtpmAppraiser"/>'s question.
/// </summary>
public static class VtpmVerifier
{
    private static readonly RootClass[] Classes = [RootClass.DevelopmentVtpm];

    /// <summary>Verifies at a time. Never throws for content.</summary>
    /// <param name="encoded">The report.</param>
    /// <param name="certificates">DER certificates: the attestation key's, then its issuers up to the root.</param>
    /// <param name="roots">Pinned roots.</param>
    /// <param name="now">The time of appraisal.</param>
    /// <param name="known">Issuers that need not be checked again; null to check all.</param>
    public static VtpmVerification Verify(ReadOnlySpan<byte> encoded, IReadOnlyList<ReadOnlyMemory<byte>> certificates, TrustedRoots roots, DateTimeOffset now, VerifiedIssuers? known = null)
    {
        ArgumentNullException.ThrowIfNull(certificates);
        ArgumentNullException.ThrowIfNull(roots);
        var checks = new CheckList();
        bool parsed = VtpmReport.TryParse(encoded, out VtpmReport? report);
        checks.Require(parsed, "vtpm-report", AttestationReason.Malformed, "the report of a virtual machine with a software TPM", parsed ? "one" : $"{encoded.Length} bytes of something else",
            "The report is unreadable. Take it from the virtual machine unchanged.");
        TpmtPublic? key = report is null ? null : TpmtPublic.TryParse(report.AkPublic.Span);
        checks.Require(key is not null, "ak-public", AttestationReason.Malformed, "TPMT_PUBLIC of an RSA or ECC key", key is null ? "unreadable" : "one",
            "The attestation key's public area is unreadable. Read it from the TPM with TPM2_ReadPublic.");
        IReadOnlyList<Certificate>? chain = CertificateChain.TryParse(certificates, known);
        checks.Require(chain is { Count: > 0 }, "ak-certificates", AttestationReason.Malformed, "the attestation key's certificate and its issuers in DER", $"{certificates.Count} items",
            "The attestation key's certificate is missing or unreadable. Offer the one that the TPM's maker gave.");
        if (report is null || key is null || chain is not { Count: > 0 }) return new VtpmVerification(checks.ToResult(), null);

        TrustedRoot? root = RootCheck.Run(checks, chain, roots, Classes, now, AttestationReason.RootClass, known: known);
        // A software TPM belongs to whoever runs it: no pinned vendor makes its word good.
        checks.Require(root is null or { IsDevelopment: true }, "development-root", AttestationReason.TeeKind, "a development root", root is null or { IsDevelopment: true } ? "one" : root.Name,
            "Evidence of a software TPM is development evidence only. Pin its root as a development root, in a network marked development.");
        CheckKey(checks, chain[0], key);
        TpmsAttest? quote = VerifyQuote(checks, report, key);
        AttestationResult result = checks.ToResult();
        return result.Accepted && root is not null && quote is not null
            ? new VtpmVerification(result, new VerifiedVtpm(root, key, quote, report.Pcrs, report.EventLog))
            : new VtpmVerification(result, null);
    }

    private static void CheckKey(CheckList checks, Certificate certificate, TpmtPublic key)
    {
        string? fault = AkCertificate.FindFault(certificate);
        checks.Require(fault is null, "ak-certificate", AttestationReason.AkAttributes, "a certificate of an attestation key", fault ?? "one",
            "The first certificate is not an attestation key's. Offer the one that the TPM's maker gave.");
        bool same = EkCertificate.Certifies(certificate, key);
        checks.Require(same, "ak-key", AttestationReason.AkAttributes, "the certificate is for the attestation key", same ? "it is" : "another key",
            "The certificate belongs to another key. Offer the certificate of the TPM that made the quote.");
        string? attributes = AttestationKeyRule.FindFault(key);
        checks.Require(attributes is null, "ak-attributes", AttestationReason.AkAttributes, "restricted signing key, fixed to the TPM that made it", attributes ?? "so",
            "The key could sign anything or leave its TPM. Create the attestation key with the attributes that the documentation lists.");
    }

    private static TpmsAttest? VerifyQuote(CheckList checks, VtpmReport report, TpmtPublic publicArea)
    {
        if (TpmKey.FromPublicArea(publicArea) is not { } key) return null;
        TpmsAttest? quote = QuoteVerifier.VerifySignature(checks, report.Attest.Span, report.Signature.Span, key, out TpmtSignature? signature);
        if (quote is null || signature is null) return null;
        bool selected = quote.Selections is [var only] && only == new PcrSelection(TpmAlgorithm.Sha256, VtpmReport.QuotedPcrs);
        checks.Require(selected, "pcr-selection", AttestationReason.PcrSelection, VtpmReport.QuotedPcrs.ToString(), string.Join(' ', quote.Selections), "Quote exactly these PCRs, of the SHA-256 bank.");
        if (selected) QuoteVerifier.RequirePcrDigest(checks, quote, signature.Hash, [report.Pcrs]);
        return quote;
    }
}
