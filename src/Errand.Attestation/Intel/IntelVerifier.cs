using System.Security.Cryptography;

namespace Errand.Attestation;

/// <summary>The steps of verification that SGX and TDX quotes share. The numbers are those of docs/attestation/tdx.md.</summary>
internal static class IntelVerifier
{
    private const int ChainLength = 3;
    private const string LeafName = "Intel SGX PCK Certificate";
    private const string RootName = "Intel SGX Root CA";
    private const string NewQuote = "Ask the quoting enclave for a new quote.";

    private static readonly string[] IssuerNames = ["Intel SGX PCK Platform CA", "Intel SGX PCK Processor CA"];

    internal static IntelVerification Verify(ReadOnlySpan<byte> bytes, IntelTeeType tee, IntelCollateral collateral, TrustedRoots roots, DateTimeOffset now, IntelCache? cache)
    {
        var verification = new IntelVerification();
        CheckList checks = verification.Checks;

        // 1. The quote.
        IntelQuote? quote = IntelQuote.TryParse(bytes);
        bool right = quote is not null && quote.TeeType == tee;
        checks.Require(right, "quote-format", AttestationReason.Malformed, $"a {tee} quote of version {(tee == IntelTeeType.Sgx ? "3, 4 or 5" : "4 or 5")} with an ECDSA P-256 key",
            quote is null ? $"{bytes.Length} bytes" : $"{quote.TeeType} version {quote.Version}", "The bytes are not such a quote, or not whole. " + NewQuote);
        if (quote is null || !right) return verification;
        verification.Quote = quote;

        // 2. and 3. Whose platform it is.
        IReadOnlyList<Certificate>? chain = CheckChain(verification, quote.Signature, roots, now, cache?.Issuers);

        // 4. From the platform's key to the quoting enclave, to the attestation key, to the quote.
        CheckSignatures(checks, quote, chain?[0]);

        // 5. to 8. What Intel says of that platform.
        if (chain is null || verification.Pck is null) return verification;
        CollateralChecks.Run(verification, quote, chain, collateral, now, cache);
        return verification;
    }

    /// <summary>The platform's certificate in a quote, of which nothing has been verified; null when there is none.</summary>
    internal static PckCertificate? ReadPck(IntelQuote quote) =>
        quote.Signature.CertificationType == QuoteSignature.PckCertificateChain && ReadChain(quote.Signature.CertificationData.Span, known: null) is { } chain ? PckCertificate.TryRead(chain[0]) : null;

    private static IReadOnlyList<Certificate>? CheckChain(IntelVerification verification, QuoteSignature signature, TrustedRoots roots, DateTimeOffset now, VerifiedIssuers? known)
    {
        CheckList checks = verification.Checks;
        bool hasChain = signature.CertificationType == QuoteSignature.PckCertificateChain;
        checks.Require(hasChain, "certification-data", AttestationReason.NoPckCertificateChain, $"type {QuoteSignature.PckCertificateChain}, a chain of certificates",
            $"type {signature.CertificationType}", "The quote does not say who certified its platform. Set up the platform to put its PCK certificate chain into quotes.");
        if (!hasChain) return null;
        IReadOnlyList<Certificate>? chain = ReadChain(signature.CertificationData.Span, known);
        checks.Require(chain is not null, "certificates", AttestationReason.Malformed, $"{ChainLength} certificates in PEM that make one chain",
            $"{signature.CertificationData.Length} bytes", "The certificates in the quote are missing, not PEM, or do not belong together. " + NewQuote);
        if (chain is null) return null;

        verification.Root = RootCheck.Run(checks, chain, roots, [RootClass.IntelSgx], now, AttestationReason.UntrustedRoot, known: known);
        PckCertificate? pck = PckCertificate.TryRead(chain[0]);
        // A chain of another shape is not Intel's even under a pinned root.
        bool profile = pck is not null && CommonName(chain[0]) == LeafName && IssuerNames.Contains(CommonName(chain[1]), StringComparer.Ordinal) && CommonName(chain[2]) == RootName
            && chain.All(certificate => certificate.PublicKey.CurveOid == Oids.P256);
        checks.Require(profile, "certificate-profile", AttestationReason.CertificateChain, $"{LeafName} with SGX extensions under a PCK CA under {RootName}, all P-256",
            $"{CommonName(chain[0])} under {CommonName(chain[1])} under {CommonName(chain[2])}", "These are not the certificates of an SGX platform.");
        verification.Pck = profile ? pck : null;
        return chain;
    }

    // Leaf first and root last, whatever order they came in: some platforms put the root before the CA.
    private static IReadOnlyList<Certificate>? ReadChain(ReadOnlySpan<byte> pem, VerifiedIssuers? known) =>
        PemCertificates.TryRead(pem, ChainLength) is { Count: ChainLength } encoded && CertificateChain.TryParse(encoded, known) is { } certificates ? CertificateChain.Order(certificates) : null;

    private static void CheckSignatures(CheckList checks, IntelQuote quote, Certificate? leaf)
    {
        QuoteSignature signature = quote.Signature;
        if (leaf is null) checks.Skip("qe-report-signature", "Without a PCK certificate there is no key to check it with.");
        else
        {
            bool signed = leaf.PublicKey.CurveOid == Oids.P256 && leaf.PublicKey.VerifyHash(
                SignatureScheme.Ecdsa, HashAlgorithmName.SHA256, SHA256.HashData(signature.QeReport.Encoded.Span), signature.QeReportSignature.Span, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
            checks.Require(signed, "qe-report-signature", AttestationReason.QeReportSignature, "ECDSA P-256 by the platform's key", signed ? "holds" : "does not hold",
                "The report of the quoting enclave was altered, or the certificate is another platform's. " + NewQuote);
        }

        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(signature.AttestationKey.Span);
        hash.AppendData(signature.QeAuthenticationData.Span);
        Span<byte> bound = stackalloc byte[SgxReport.ReportDataSize];
        bound.Clear();
        hash.GetHashAndReset(bound);
        checks.Require(signature.QeReport.ReportData.Span.SequenceEqual(bound), "qe-report-data", AttestationReason.QeReportData, Convert.ToHexStringLower(bound),
            Convert.ToHexStringLower(signature.QeReport.ReportData.Span), "The quoting enclave vouches for another attestation key than the quote's. " + NewQuote);

        bool quoted = P256Key.Verify(signature.AttestationKey.Span, quote.Signed.Span, signature.Signature.Span);
        checks.Require(quoted, "quote-signature", AttestationReason.QuoteSignature, "ECDSA P-256 by the attestation key", quoted ? "holds" : "does not hold",
            "The quote was altered. " + NewQuote);
    }

    private static string CommonName(Certificate certificate) => DistinguishedName.Find(certificate.Fields.Subject, Oids.CommonName) ?? "(no name)";
}
