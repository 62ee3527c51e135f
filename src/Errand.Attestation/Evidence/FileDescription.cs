using System.Text.Json;

namespace Errand.Attestation;

/// <summary>What a file by itself says, verified by nobody: certificates, lists, collateral, keys. For people who look what they have.</summary>
public static class FileDescription
{
    /// <summary>What the file says; null when it is malformed. Empty for roles whose content stands in the claims of evidence.</summary>
    public static IReadOnlyList<EvidenceClaim>? Of(SortedFile file)
    {
        ArgumentNullException.ThrowIfNull(file);
        return file.Role switch
        {
            EvidenceRole.Certificates => Certificates(file),
            EvidenceRole.RevocationList => RevocationList(file),
            EvidenceRole.TcbInfo => IntelJson(file, "tcbInfo"),
            EvidenceRole.QeIdentity => IntelJson(file, "enclaveIdentity"),
            EvidenceRole.TpmPublic => PublicArea(file),
            EvidenceRole.TpmSignature => TpmtSignature.TryParse(file.Bytes.Span) is { } signature ? [.. new ClaimList { { "scheme", signature.Scheme.ToString() }, { "hash", signature.Hash.BankName() } }] : null,
            EvidenceRole.PublicKey => PublicKeyInfo.TryParse(CertificatePool.Decode(file.Bytes, "PUBLIC KEY"u8)) is { } key ? [.. Key(key)] : null,
            EvidenceRole.PcrValues => PcrValues.TryParseEither(file.Bytes) is { } banks ? [.. banks.Select(bank => new EvidenceClaim("bank", $"{bank.Algorithm.BankName()}, {bank.Pcrs}"))] : null,
            _ => [],
        };
    }

    private static List<EvidenceClaim>? Certificates(SortedFile file)
    {
        ClaimList claims = new();
        IReadOnlyList<ReadOnlyMemory<byte>> items = CertificatePool.Split(file.Bytes);
        foreach (ReadOnlyMemory<byte> der in items)
        {
            if (Certificate.TryParse(der) is not { } certificate) return null;
            claims.Add("subject", certificate.HasEmptySubject ? "(empty)" : certificate.Subject);
            claims.Add("issuer", certificate.Issuer);
            claims.Add("valid", $"{certificate.NotBefore:u} to {certificate.NotAfter:u}");
            claims.Add("key-digest", certificate.SpkiDigest.ToString());
            if (TrustedRoots.Vendors.TryFind(certificate.SpkiDigest, out TrustedRoot? root)) claims.Add("pinned-root", root.Name);
        }
        return items.Count == 0 ? null : [.. claims];
    }

    private static List<EvidenceClaim>? RevocationList(SortedFile file) => CertificateRevocationList.TryParse(CertificatePool.Decode(file.Bytes, "X509 CRL"u8)) is { } list
        ? [.. new ClaimList { { "issuer", DistinguishedName.ToText(list.Issuer) ?? "" }, { "valid", $"{list.ThisUpdate:u} to {list.NextUpdate:u}" }, { "revoked", (ulong)list.Count } }]
        : null;

    private static List<EvidenceClaim>? PublicArea(SortedFile file)
    {
        if ((TpmtPublic.TryParse(file.Bytes.Span) ?? TpmtPublic.TryParseSized(file.Bytes.Span)) is not { } area) return null;
        ClaimList claims = new() { { "name", area.Name }, { "type", area.Type.ToString() }, { "scheme", area.Scheme.ToString() }, { "attributes", area.Attributes.ToString() } };
        claims.Add("attestation-key", AttestationKeyRule.FindFault(area) ?? "it may be one");
        return [.. claims];
    }

    private static ClaimList Key(PublicKeyInfo key) => new() { { "type", key.Rsa is not null ? "RSA" : "EC" }, { "bits", (ulong)key.KeySizeBits }, { "digest", key.Digest.ToString() } };

    private static List<EvidenceClaim>? IntelJson(SortedFile file, string member)
    {
        string[] names = ["id", "version", "fmspc", "issueDate", "nextUpdate", "tcbEvaluationDataNumber"];
        return StrictJson.TryRead(file.Bytes, EvidenceFile.SizeMax, root => root.Member(member, JsonValueKind.Object) is { } content
            ? names.Where(name => content.TryGetProperty(name, out _)).Select(name => new EvidenceClaim(name, content.GetProperty(name).ToString())).ToList()
            : null);
    }
}
