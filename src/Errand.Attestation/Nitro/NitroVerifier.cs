using System.Security.Cryptography;
using Errand.Primitives;

namespace Errand.Attestation;

/// <summary>
/// Verifies that a document is authentic: signed by a key that the Nitro attestation PKI certified. Whether it is acceptable is
/// <see cref="NitroAppraiser"/>'s question.
/// </summary>
/// <remarks>
/// Nitro Enclaves Attestation Process, section 3. 1. The document parses (3.2.2). 2. Its certificates parse. 3. The chain from the signing
/// certificate over the bundle, read backwards, holds and ends at a pinned root of class <see cref="RootClass.AwsNitro"/>: the bundle's own
/// root is trusted for nothing but its key's digest (3.2.3, 3.2.4). 4. The signature holds over the received bytes (RFC 9052 section 4.4).
/// AWS says not to use revocation lists; none are asked for.
/// </remarks>
public static class NitroVerifier
{
    private const string AskAgain = "Ask the enclave for a new document.";

    /// <summary>Verifies a document at a time. Never throws for content.</summary>
    /// <param name="document">COSE_Sign1, tagged or not, at most <see cref="NitroDocument.SizeMax"/> bytes.</param>
    /// <param name="roots">Roots that the chain may end at.</param>
    /// <param name="now">The time that certificates must be valid at. The signing one lives for three hours.</param>
    /// <param name="known">Issuers that earlier documents brought, so that their signatures need not be verified again; null to verify all.</param>
    public static NitroVerification Verify(ReadOnlySpan<byte> document, TrustedRoots roots, DateTimeOffset now, VerifiedIssuers? known = null)
    {
        ArgumentNullException.ThrowIfNull(roots);
        var checks = new CheckList();

        // 1.
        NitroDocument? parsed = NitroDocument.TryParse(document);
        checks.Require(parsed is not null, "document-format", AttestationReason.Malformed, "COSE_Sign1 with ES384 around an attestation document", $"{document.Length} bytes",
            "The bytes are not an attestation document of the Nitro system. " + AskAgain);
        if (parsed is null) return new NitroVerification(checks.ToResult(), null);

        // 2.
        IReadOnlyList<Certificate>? chain = CertificateChain.TryParse([parsed.Certificate, .. parsed.CaBundle.Reverse()], known);
        checks.Require(chain is not null, "certificates", AttestationReason.CertificateFormat, "signing certificate and bundle in DER", chain is null ? "one is not" : $"{chain.Count} certificates",
            "A certificate in the document was altered. " + AskAgain);

        // 3.
        TrustedRoot? root = null;
        if (chain is not null)
        {
            string? fault = NitroCertificateProfile.FindFault(chain);
            checks.Require(fault is null, "certificate-profile", AttestationReason.CertificateChain, "P-384 keys, ECDSA with SHA-384, key usages and constraints as in the Nitro PKI", fault ?? "as there",
                "These are not certificates of the Nitro system. " + AskAgain);
            root = RootCheck.Run(checks, chain, roots, [RootClass.AwsNitro], now, AttestationReason.UntrustedRoot, known: known);
        }

        // 4.
        bool signed = chain is not null && IsSigned(parsed, chain[0]);
        checks.Require(signed, "cose-signature", AttestationReason.CoseSignature, "ES384 by the certified key over header and payload",
            signed ? "holds" : chain is null ? "no certificate, so no key" : "does not hold", "The document was altered, or another key signed it. " + AskAgain);
        VerifiedNitroDocument? verified = checks.Failed || root is null ? null : new VerifiedNitroDocument(parsed, root, CertificateChain.Digest(chain![0]));
        return new NitroVerification(checks.ToResult(), verified);
    }

    /// <summary>Sig_structure: ["Signature1", protected, external_aad, payload], the parts as received.</summary>
    private static bool IsSigned(NitroDocument document, Certificate signer)
    {
        CanonicalWriter structure = new CanonicalWriter().Array(4).Text("Signature1").Bytes(document.Protected.Span).Bytes(default(ReadOnlySpan<byte>)).Bytes(document.Payload.Span);
        byte[] digest = SHA384.HashData(structure.Span);
        return signer.PublicKey.CurveOid == Oids.P384
            && signer.PublicKey.VerifyHash(SignatureScheme.Ecdsa, HashAlgorithmName.SHA384, digest, document.Signature.Span, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
    }
}
