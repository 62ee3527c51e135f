using System.Text.Json;
using Errand.Primitives;

namespace Errand.Attestation;

/// <summary>Parses and checks signatures through the caller's cache, or plainly when there is none.</summary>
internal readonly struct IntelMemory(IntelCache? cache)
{
    private const byte TcbInfoKind = 1;
    private const byte IdentityKind = 2;
    private const byte ListKind = 3;
    private const byte ListIssuerKind = 4;
    private const byte SignatureKind = 5;
    private const byte CertificateKind = 6;

    private static readonly object Nothing = new();

    private readonly IntelCache? _cache = cache;

    internal SignedCollateral<TcbInfo> ReadTcbInfo(ReadOnlyMemory<byte> json, IReadOnlyList<ReadOnlyMemory<byte>> chain) => Read(TcbInfoKind, json, chain, "tcbInfo", TcbInfo.TryRead);

    internal SignedCollateral<EnclaveIdentity> ReadIdentity(ReadOnlyMemory<byte> json, IReadOnlyList<ReadOnlyMemory<byte>> chain) => Read(IdentityKind, json, chain, "enclaveIdentity", EnclaveIdentity.TryRead);

    internal CertificateRevocationList? ReadList(ReadOnlyMemory<byte> encoded) => TryGet(ListKind, encoded, () => CertificateRevocationList.TryParse(encoded));

    internal bool IsIssuedBy(CertificateRevocationList list, Certificate issuer) => _cache is null
        ? list.IsIssuedBy(issuer)
        : _cache.GetOrAdd(IntelCache.Key(ListIssuerKind, list.Encoded, issuer.Encoded), () => list.IsIssuedBy(issuer));

    /// <summary>Only what CAs are signed with is remembered: PCK certificates are many.</summary>
    internal bool IsSignedBy(Certificate certificate, Certificate issuer) => _cache is null || !issuer.IsSelfIssued
        ? certificate.IsSignedBy(issuer)
        : _cache.GetOrAdd(IntelCache.Key(SignatureKind, certificate.Encoded, issuer.Encoded), () => certificate.IsSignedBy(issuer));

    /// <summary>The certificates of a quote's certification data, leaf first; null unless they are as many as that and make one chain.</summary>
    internal IReadOnlyList<Certificate>? ReadPckChain(ReadOnlyMemory<byte> pem, int count)
    {
        if (PemCertificates.TryRead(pem.Span, count) is not { } encoded || encoded.Count != count) return null;
        var certificates = new List<Certificate>(count);
        foreach (ReadOnlyMemory<byte> der in encoded)
        {
            // Which one is the PCK certificate shows when it is parsed, and that one is not kept.
            if (ReadCertificate(der) is not { } certificate) return null;
            certificates.Add(certificate);
        }
        return CertificateChain.Order(certificates);
    }

    private Certificate? ReadCertificate(ReadOnlyMemory<byte> der)
    {
        if (_cache is null) return Certificate.TryParse(der);
        Bytes32 key = IntelCache.Key(CertificateKind, der);
        if (_cache.Find(key) is Certificate known) return known;
        Certificate? certificate = Certificate.TryParse(der);
        if (certificate is not null && certificate.Extension(Oids.IntelSgxExtensions) is null) _cache.GetOrAdd(key, () => certificate);
        return certificate;
    }

    private SignedCollateral<T> Read<T>(byte kind, ReadOnlyMemory<byte> json, IReadOnlyList<ReadOnlyMemory<byte>> chain, string member, Func<JsonElement, T?> read)
        where T : class => _cache is null
        ? SignedCollateral<T>.Read(json, chain, member, read)
        : _cache.GetOrAdd(IntelCache.Key(kind, [json, .. chain]), () => SignedCollateral<T>.Read(json, chain, member, read));

    private T? TryGet<T>(byte kind, ReadOnlyMemory<byte> bytes, Func<T?> parse)
        where T : class => _cache is null ? parse() : _cache.GetOrAdd(IntelCache.Key(kind, bytes), () => parse() ?? Nothing) as T;
}
