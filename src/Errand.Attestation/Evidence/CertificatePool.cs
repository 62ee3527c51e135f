using System.Security.Cryptography;

namespace Errand.Attestation;

/// <summary>All certificates and revocation lists that came with evidence and collateral, from which chains are put together.</summary>
internal sealed class CertificatePool
{
    private const int CountMax = 256;
    private const int PerFileMax = 32;

    private readonly List<(Certificate Certificate, string File)> _certificates = [];
    private readonly List<(CertificateRevocationList List, string File)> _lists = [];

    internal CertificatePool(IEnumerable<SortedFile> files, EvidenceCache? cache)
    {
        foreach (SortedFile file in files)
        {
            if (file.Role == EvidenceRole.Certificates)
            {
                foreach (ReadOnlyMemory<byte> der in Split(file.Bytes))
                    if (_certificates.Count < CountMax && (cache?.Issuers.Find(der.Span) ?? Certificate.TryParse(der)) is { } certificate) _certificates.Add((certificate, file.Name));
            }
            else if (file.Role == EvidenceRole.RevocationList && _lists.Count < CountMax && CertificateRevocationList.TryParse(DecodeList(file.Bytes)) is { } list) _lists.Add((list, file.Name));
        }
    }

    /// <summary>Certificates, in the order given.</summary>
    internal IEnumerable<Certificate> All => _certificates.Select(entry => entry.Certificate);

    /// <summary>The certificates with a common name.</summary>
    internal IEnumerable<Certificate> Named(string commonName) => All.Where(certificate => CommonName(certificate) == commonName);

    /// <summary>
    /// A chain from a certificate upwards: at each step the issuer by name, one whose key made the signature before one whose did not, until
    /// a certificate names itself or its issuer is not here. Whether it holds is not looked at further.
    /// </summary>
    internal IReadOnlyList<Certificate> ChainFrom(Certificate leaf)
    {
        List<Certificate> chain = [leaf];
        while (!chain[^1].IsSelfIssued && chain.Count < CertificateChain.LengthMax)
        {
            Certificate last = chain[^1];
            Certificate[] issuers = [.. All.Where(candidate => !chain.Contains(candidate) && candidate.Fields.Subject.Span.SequenceEqual(last.Fields.Issuer.Span))];
            if (issuers.Length == 0) break;
            chain.Add(issuers.Length == 1 ? issuers[0] : issuers.FirstOrDefault(last.IsSignedBy) ?? issuers[0]);
        }
        return chain;
    }

    /// <summary>The newest revocation list that names a certificate as its issuer; empty when there is none.</summary>
    internal ReadOnlyMemory<byte> ListOf(Certificate issuer) => _lists.Where(entry => entry.List.Issuer.Span.SequenceEqual(issuer.Fields.Subject.Span))
        .OrderByDescending(entry => entry.List.ThisUpdate).Select(entry => entry.List.Encoded).FirstOrDefault();

    /// <summary>All revocation lists, the newest first.</summary>
    internal IReadOnlyList<CertificateRevocationList> Lists => [.. _lists.Select(entry => entry.List).OrderByDescending(list => list.ThisUpdate)];

    /// <summary>The name of the file that holds these DER bytes; null when none does.</summary>
    internal string? FileOf(ReadOnlyMemory<byte> der) =>
        _certificates.Find(entry => entry.Certificate.Encoded.Span.SequenceEqual(der.Span)).File ?? _lists.Find(entry => entry.List.Encoded.Span.SequenceEqual(der.Span)).File;

    internal static string CommonName(Certificate certificate) => DistinguishedName.Find(certificate.Fields.Subject, Oids.CommonName) ?? "";

    internal static IReadOnlyList<ReadOnlyMemory<byte>> Encode(IEnumerable<Certificate> chain) => [.. chain.Select(certificate => certificate.Encoded)];

    /// <summary>The DER certificates of a file: itself, or those in its PEM text. Empty when it is neither.</summary>
    internal static IReadOnlyList<ReadOnlyMemory<byte>> Split(ReadOnlyMemory<byte> file) =>
        file.Span.TrimStart(" \t\r\n"u8).StartsWith("-----BEGIN "u8) ? PemCertificates.TryRead(file.Span, PerFileMax) ?? [] : [file];

    /// <summary>The DER bytes of a PEM text with one item of a label; the bytes themselves for anything else.</summary>
    internal static ReadOnlyMemory<byte> Decode(ReadOnlyMemory<byte> file, ReadOnlySpan<byte> label)
    {
        ReadOnlySpan<byte> text = file.Span;
        if (!PemEncoding.TryFindUtf8(text, out PemFields fields) || !text[fields.Label].SequenceEqual(label)) return file;
        var der = new byte[fields.DecodedDataLength];
        return System.Buffers.Text.Base64.DecodeFromUtf8(text[fields.Base64Data], der, out _, out int written) == System.Buffers.OperationStatus.Done ? der.AsMemory(0, written) : file;
    }

    private static ReadOnlyMemory<byte> DecodeList(ReadOnlyMemory<byte> file) => Decode(file, "X509 CRL"u8);
}
