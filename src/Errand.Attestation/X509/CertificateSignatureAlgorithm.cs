using System.Formats.Asn1;
using System.Security.Cryptography;

namespace Errand.Attestation;

/// <summary>How a certificate is signed: scheme and hash. SHA-1 and MD5 are not among them.</summary>
internal readonly record struct CertificateSignatureAlgorithm(SignatureScheme Scheme, HashAlgorithmName Hash)
{
    /// <summary>Reads an AlgorithmIdentifier. Throws <see cref="AsnContentException"/> for what is not DER; null for what is not allowed.</summary>
    internal static CertificateSignatureAlgorithm? Parse(ReadOnlyMemory<byte> encoded)
    {
        AsnReader algorithm = new AsnReader(encoded, AsnEncodingRules.DER).ReadSequence();
        string oid = algorithm.ReadObjectIdentifier();
        return oid switch
        {
            Oids.RsaSha256 => WithNull(algorithm, new(SignatureScheme.RsaPkcs1, HashAlgorithmName.SHA256)),
            Oids.RsaSha384 => WithNull(algorithm, new(SignatureScheme.RsaPkcs1, HashAlgorithmName.SHA384)),
            Oids.RsaSha512 => WithNull(algorithm, new(SignatureScheme.RsaPkcs1, HashAlgorithmName.SHA512)),
            Oids.EcdsaSha256 => WithNothing(algorithm, new(SignatureScheme.Ecdsa, HashAlgorithmName.SHA256)),
            Oids.EcdsaSha384 => WithNothing(algorithm, new(SignatureScheme.Ecdsa, HashAlgorithmName.SHA384)),
            Oids.EcdsaSha512 => WithNothing(algorithm, new(SignatureScheme.Ecdsa, HashAlgorithmName.SHA512)),
            Oids.RsaPss => Pss(algorithm),
            _ => null,
        };
    }

    private static CertificateSignatureAlgorithm? WithNull(AsnReader algorithm, CertificateSignatureAlgorithm value)
    {
        algorithm.ReadNull();
        algorithm.ThrowIfNotEmpty();
        return value;
    }

    // RFC 5758 section 3.2 leaves parameters out; Intel's On-Die CA certificates of firmware TPMs carry a NULL.
    private static CertificateSignatureAlgorithm? WithNothing(AsnReader algorithm, CertificateSignatureAlgorithm value)
    {
        if (algorithm.HasData) algorithm.ReadNull();
        algorithm.ThrowIfNotEmpty();
        return value;
    }

    // RSASSA-PSS-params (RFC 4055 section 3.1). The defaults are SHA-1 and thus not allowed: all three parameters must be there.
    private static CertificateSignatureAlgorithm? Pss(AsnReader algorithm)
    {
        AsnReader parameters = algorithm.ReadSequence();
        algorithm.ThrowIfNotEmpty();
        string hash = ReadHash(parameters.ReadSequence(Context(0)).ReadSequence());
        AsnReader mask = parameters.ReadSequence(Context(1)).ReadSequence();
        string maskGenerator = mask.ReadObjectIdentifier();
        string maskHash = ReadHash(mask.ReadSequence());
        bool saltFits = parameters.ReadSequence(Context(2)).TryReadInt32(out int saltSize);
        bool trailerFits = true;
        int trailer = 1;
        if (parameters.HasData) trailerFits = parameters.ReadSequence(Context(3)).TryReadInt32(out trailer);
        parameters.ThrowIfNotEmpty();
        (HashAlgorithmName name, int size) = hash switch
        {
            Oids.Sha256 => (HashAlgorithmName.SHA256, 32),
            Oids.Sha384 => (HashAlgorithmName.SHA384, 48),
            Oids.Sha512 => (HashAlgorithmName.SHA512, 64),
            _ => (default, -1),
        };
        return size > 0 && maskGenerator == Oids.Mgf1 && maskHash == hash && saltFits && saltSize == size && trailerFits && trailer == 1
            ? new(SignatureScheme.RsaPss, name)
            : null;
    }

    private static string ReadHash(AsnReader algorithm)
    {
        string oid = algorithm.ReadObjectIdentifier();
        if (algorithm.HasData) algorithm.ReadNull();
        algorithm.ThrowIfNotEmpty();
        return oid;
    }

    private static Asn1Tag Context(int number) => new(TagClass.ContextSpecific, number, isConstructed: true);
}
