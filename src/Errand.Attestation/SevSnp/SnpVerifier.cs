using System.Security.Cryptography;

namespace Errand.Attestation;

/// <summary>
/// Verifies that a report is authentic: signed by a key that AMD (or a pinned development vendor) certified for that chip and
/// firmware. Whether it is acceptable is <see cref="SnpAppraiser"/>'s question.
/// </summary>
/// <remarks>
/// 1. The report and three certificates [VCEK or VLEK, ASK or ASVK, ARK] parse. 2. The chain holds, every signature being RSASSA-PSS with
/// SHA-384 by a 4096-bit key, and ends at a root pinned for the product line. 3. The report's ECDSA P-384 signature holds under the
/// leaf. 4. TCB and chip id in the leaf equal those of the report. 5. CPUID (from version 3) belongs to the product line. 6. The root's
/// revocation list, if one is given: signed by the root, in time, and naming neither intermediate nor root. (Endorsement keys' certificates
/// all have the serial number 0: AMD withdraws them with their issuer, or by a TCB.)
/// </remarks>
public static class SnpVerifier
{
    internal const int ChainLength = 3;
    private const int CaKeyBits = 4096;
    private const string Refetch = "Fetch the certificate for this chip and its REPORTED_TCB again from AMD's key distribution service.";

    /// <summary>Verifies a report of 1,184 bytes with its DER certificates, leaf first, at a time. Never throws for content.</summary>
    /// <param name="report">The report.</param>
    /// <param name="certificates">Endorsement key, intermediate, root.</param>
    /// <param name="roots">Roots that the chain may end at.</param>
    /// <param name="now">The time of verification.</param>
    /// <param name="known">Issuers that need not be checked again; null to check all.</param>
    /// <param name="revocationLists">Lists of any product lines, of which the root's own is looked at; null or none of its own to look at none.</param>
    public static SnpVerification Verify(ReadOnlySpan<byte> report, IReadOnlyList<ReadOnlyMemory<byte>> certificates, TrustedRoots roots, DateTimeOffset now,
        VerifiedIssuers? known = null, IReadOnlyList<CertificateRevocationList>? revocationLists = null)
    {
        ArgumentNullException.ThrowIfNull(certificates);
        ArgumentNullException.ThrowIfNull(roots);
        var checks = new CheckList();

        // 1.
        SnpReport? parsed = SnpReport.TryParse(report);
        checks.Require(parsed is not null, "report-format", AttestationReason.Malformed, $"{SnpReport.Size} bytes, version 2 to 5, reserved bits zero",
            $"{report.Length} bytes", "The bytes are not an SEV-SNP report that this version knows. Ask the TEE for a new one.");
        IReadOnlyList<Certificate>? chain = CertificateChain.TryParse(certificates, known);
        checks.Require(chain is { Count: ChainLength }, "certificates", AttestationReason.Malformed, "endorsement key, intermediate and root certificate in DER",
            $"{certificates.Count} items", "The certificates are missing or not DER. " + Refetch);
        if (parsed is null || chain is not { Count: ChainLength }) return new SnpVerification(checks.ToResult(), null);

        // 2.
        SnpEndorsementKey? endorsement = CheckChainShape(checks, chain, parsed.SigningKey);
        RootClass[] classes = endorsement is null ? [RootClass.SnpMilan, RootClass.SnpGenoa, RootClass.SnpTurin] : [endorsement.Line.ToRootClass()];
        TrustedRoot? root = RootCheck.Run(checks, chain, roots, classes, now, AttestationReason.UntrustedRoot, known: known);

        // 3.
        byte[] digest = SHA384.HashData(parsed.Signed);
        bool signed = chain[0].PublicKey.CurveOid == Oids.P384 && chain[0].PublicKey.VerifyHash(
            SignatureScheme.Ecdsa, HashAlgorithmName.SHA384, digest, parsed.SignatureP1363(), DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
        checks.Require(signed, "report-signature", AttestationReason.ReportSignature, "ECDSA P-384 by the certified key", signed ? "holds" : "does not hold",
            "The report was altered, or signed by another chip than the certificate names. " + Refetch);
        if (endorsement is null) return new SnpVerification(checks.ToResult(), null);

        // 4. and 5.
        CertificateRevocationList? list = revocationLists?.FirstOrDefault(candidate => candidate.Issuer.Span.SequenceEqual(chain[^1].Fields.Subject.Span));
        VerifiedSnpReport? verified = CheckContents(checks, parsed, endorsement, root, chain[0], revocationChecked: list is not null);

        // 6.
        if (list is null) checks.Skip("ark-revocation", "No revocation list of this root was given.");
        else RevocationCheck.Run(checks, "ark", list, chain[^1], chain.Skip(1), now);
        return new SnpVerification(checks.ToResult(), checks.Failed ? null : verified);
    }

    // AMD uses one algorithm; a chain of another shape is not AMD's even under a pinned root.
    private static SnpEndorsementKey? CheckChainShape(CheckList checks, IReadOnlyList<Certificate> chain, SnpSigningKey kind)
    {
        SnpEndorsementKey? endorsement = SnpEndorsementKey.TryRead(chain[0], kind);
        string leafName = kind == SnpSigningKey.Vcek ? "SEV-VCEK" : "SEV-VLEK";
        string prefix = kind == SnpSigningKey.Vcek ? "SEV-" : "SEV-VLEK-";
        bool named = endorsement is not null
            && CommonName(chain[0]) == leafName && CommonName(chain[1]) == prefix + endorsement.Line && CommonName(chain[2]) == "ARK-" + endorsement.Line;
        bool algorithms = chain.All(certificate => certificate.Fields.SignatureAlgorithm is { Scheme: SignatureScheme.RsaPss, Hash.Name: "SHA384" })
            && chain.Skip(1).All(certificate => certificate.PublicKey is { Rsa: not null, KeySizeBits: CaKeyBits });
        checks.Require(named && algorithms, "certificate-profile", AttestationReason.CertificateChain,
            $"{leafName} under {prefix}<line> under ARK-<line>, RSASSA-PSS SHA-384 with 4096 bits",
            $"{CommonName(chain[0])} under {CommonName(chain[1])} under {CommonName(chain[2])}", "These are not the certificates of the key that signed. " + Refetch);
        return endorsement;
    }

    private static VerifiedSnpReport? CheckContents(CheckList checks, SnpReport report, SnpEndorsementKey endorsement, TrustedRoot? root, Certificate leaf, bool revocationChecked)
    {
        SnpProductLine line = endorsement.Line;
        bool layout = SnpTcb.TryRead(line, report.CurrentTcb.Span, out SnpTcb current) & SnpTcb.TryRead(line, report.ReportedTcb.Span, out SnpTcb reported)
            & SnpTcb.TryRead(line, report.CommittedTcb.Span, out SnpTcb committed) & SnpTcb.TryRead(line, report.LaunchTcb.Span, out SnpTcb launch);
        checks.Require(layout, "tcb-format", AttestationReason.Malformed, $"reserved bytes of {line} TCB versions zero", layout ? "zero" : "not zero",
            "The report's firmware versions are not in the layout of its product line.");
        checks.Require(reported == endorsement.Tcb, "endorsement-tcb", AttestationReason.TcbMismatch, endorsement.Tcb.ToString(), reported.ToString(),
            "The certificate is for other firmware than the report says. " + Refetch);

        if (endorsement.HardwareId is not { } hardwareId) checks.Skip("endorsement-chip", "A VLEK certificate names no chip.");
        else if (report.ChipIdIsMasked) checks.Skip("endorsement-chip", "The report hides its chip id; the policy decides whether that will do.");
        else
        {
            bool same = report.ChipId.Span.StartsWith(hardwareId.Span) && !report.ChipId.Span[hardwareId.Length..].ContainsAnyExcept((byte)0);
            checks.Require(same, "endorsement-chip", AttestationReason.HardwareIdMismatch, Short(hardwareId), Short(report.ChipId),
                "The certificate belongs to another chip. " + Refetch);
        }

        if (report.Cpuid is not { } cpuid) checks.Skip("product-line", "Reports before version 3 do not carry CPUID; certificate and root name the line.");
        else
        {
            SnpProductLine? actual = SnpProductLines.FromCpuid(cpuid.Family, cpuid.Model);
            checks.Require(actual == line, "product-line", AttestationReason.ProductLine, line.ToString(), actual?.ToString() ?? $"family {cpuid.Family:x} model {cpuid.Model:x}",
                "Report and certificate are of different processor generations. " + Refetch);
        }

        return root is null ? null : new VerifiedSnpReport(report, line, root, current, reported, committed, launch, leaf.Digest, revocationChecked);
    }

    private static string CommonName(Certificate certificate) => DistinguishedName.Find(certificate.Fields.Subject, Oids.CommonName) ?? "(no name)";

    private static string Short(ReadOnlyMemory<byte> id) => Convert.ToHexStringLower(id.Span[..8]) + "…";
}
