using System.Formats.Asn1;
using Errand.Primitives;

namespace Errand.Attestation;

/// <summary>
/// A chain, leaf first, root last, checked by explicit rules (RFC 5280 section 6.1, the parts that attestation chains use): names
/// chain, signatures hold, issuers are CAs within their path length and may sign certificates, and nothing critical is unknown.
/// </summary>
internal static class CertificateChain
{
    internal const int LengthMax = 6;

    private const int KeyCertSign = 5;

    private static readonly string[] KnownExtensions = [Oids.KeyUsage, Oids.BasicConstraints, Oids.ExtendedKeyUsage, Oids.SubjectAltName, Oids.CertificatePolicies];

    /// <summary>What is wrong with the chain, for people; null when it holds. Times and the root's pin are checked apart.</summary>
    /// <param name="chain">Leaf first, root last.</param>
    /// <param name="isSignedBy">Remembers signatures of certificates by others that it has seen; null to check each.</param>
    /// <param name="lastIsPinned">True when the very bytes of the last certificate are pinned, which then need not have signed itself.</param>
    internal static string? FindFault(IReadOnlyList<Certificate> chain, Func<Certificate, Certificate, bool>? isSignedBy = null, bool lastIsPinned = false)
    {
        isSignedBy ??= (certificate, issuer) => certificate.IsSignedBy(issuer);
        if (chain.Count is 0 or > LengthMax) return $"a chain has 1 to {LengthMax} certificates, this has {chain.Count}";
        for (int i = 0; i < chain.Count; i++)
        {
            Certificate certificate = chain[i];
            if (certificate.Extensions.FirstOrDefault(extension => extension.IsCritical && !KnownExtensions.Contains(extension.Oid, StringComparer.Ordinal)) is { } unknown)
                return $"certificate {i} has the unknown critical extension {unknown.Oid}";
            if (i > 0 && IssuerFault(certificate, caCertificatesBelow: i - 1) is { } fault) return $"certificate {i} {fault}";
            if (i + 1 == chain.Count) continue;
            if (!certificate.Fields.Issuer.Span.SequenceEqual(chain[i + 1].Fields.Subject.Span)) return $"certificate {i} names another issuer than certificate {i + 1}";
            if (!isSignedBy(certificate, chain[i + 1])) return $"certificate {i} is not signed by the key of certificate {i + 1}";
        }

        // A root's signature on itself proves nothing, as its key is pinned, but it keeps the certificate's other bytes as they were made.
        return lastIsPinned || (chain[^1].IsSelfIssued && isSignedBy(chain[^1], chain[^1])) ? null : "the last certificate did not sign itself";
    }

    /// <summary>
    /// The same certificates, leaf first and root last, whatever order they came in: each name must lead to exactly one next certificate and
    /// none may be left over. Null when they make no chain.
    /// </summary>
    internal static IReadOnlyList<Certificate>? Order(IReadOnlyList<Certificate> certificates)
    {
        Certificate[] leaves = [.. certificates.Where(certificate => !certificates.Any(other => other != certificate && Issued(certificate, other)))];
        if (leaves is not [Certificate leaf]) return null;
        var chain = new List<Certificate>(certificates.Count) { leaf };
        while (!chain[^1].IsSelfIssued)
        {
            Certificate[] issuers = [.. certificates.Where(certificate => Issued(certificate, chain[^1]))];
            if (issuers is not [Certificate issuer] || chain.Contains(issuer)) return null;
            chain.Add(issuer);
        }
        return chain.Count == certificates.Count ? chain : null;

        static bool Issued(Certificate issuer, Certificate certificate) => issuer.Fields.Subject.Span.SequenceEqual(certificate.Fields.Issuer.Span);
    }

    /// <summary>The first certificate that is not valid at a time; null when all are.</summary>
    internal static Certificate? FindExpired(IReadOnlyList<Certificate> chain, DateTimeOffset now) =>
        chain.FirstOrDefault(certificate => now < certificate.NotBefore || now > certificate.NotAfter);

    /// <summary>Reads a list of DER certificates; null when one of them is not.</summary>
    internal static IReadOnlyList<Certificate>? TryParse(IReadOnlyList<ReadOnlyMemory<byte>> encoded, VerifiedIssuers? known = null)
    {
        if (encoded.Count > LengthMax) return null;
        var chain = new List<Certificate>(encoded.Count);
        foreach (ReadOnlyMemory<byte> item in encoded)
        {
            if ((known?.Find(item.Span) ?? Certificate.TryParse(item)) is not { } certificate) return null;
            chain.Add(certificate);
        }
        return chain;
    }

    /// <summary>True when a certificate says of itself that it belongs to a development vendor. Decides only between two refusals.</summary>
    internal static bool IsMarkedDevelopment(Certificate root) => DistinguishedName.Find(root.Fields.Subject, Oids.Organization) == DevelopmentMark.Organization;

    /// <summary>SHA-256 of each certificate's bytes, for claims.</summary>
    internal static Bytes32 Digest(Certificate certificate) => certificate.Digest;

    private static string? IssuerFault(Certificate issuer, int caCertificatesBelow)
    {
        try
        {
            if (issuer.Extension(Oids.BasicConstraints) is not { } constraints) return "has no basic constraints";
            AsnReader basic = ReadSequence(constraints);
            if (!basic.HasData || basic.PeekTag() != Asn1Tag.Boolean || !basic.ReadBoolean()) return "is not a CA";
            if (basic.HasData && (!basic.TryReadInt32(out int pathLength) || pathLength < caCertificatesBelow)) return "may not have so many CAs below it";
            basic.ThrowIfNotEmpty();
            return KeyUsages.Allows(issuer, KeyCertSign) ? null : "may not sign certificates";
        }
        catch (AsnContentException)
        {
            return "has extensions that are not DER";
        }
    }

    private static AsnReader ReadSequence(CertificateExtension extension)
    {
        var reader = new AsnReader(extension.Value, AsnEncodingRules.DER);
        AsnReader sequence = reader.ReadSequence();
        reader.ThrowIfNotEmpty();
        return sequence;
    }
}
