using System.Formats.Asn1;
using System.Security.Cryptography;
using Errand.Primitives;

namespace Errand.Attestation;

/// <summary>
/// An X.509 version 3 certificate (RFC 5280), parsed from strict DER by our own code: the platform's chain engine uses the
/// machine's trust store and network, and refuses some genuine EK certificates.
/// </summary>
public sealed class Certificate
{
    /// <summary>The longest certificate read.</summary>
    public const int SizeMax = 8192;

    private const int ExtensionCountMax = 32;

    private Certificate(ReadOnlyMemory<byte> encoded, CertificateFields fields)
    {
        Encoded = encoded;
        Fields = fields;
        Digest = new Bytes32(SHA256.HashData(encoded.Span));
    }

    /// <summary>The DER bytes as received.</summary>
    public ReadOnlyMemory<byte> Encoded { get; }

    /// <summary>The key it certifies.</summary>
    public PublicKeyInfo PublicKey => Fields.PublicKey;

    /// <summary>SHA-256 of the SubjectPublicKeyInfo: what roots are pinned by.</summary>
    public Bytes32 SpkiDigest => PublicKey.Digest;

    /// <summary>SHA-256 of the DER bytes.</summary>
    public Bytes32 Digest { get; }

    /// <summary>First instant of validity.</summary>
    public DateTimeOffset NotBefore => Fields.NotBefore;

    /// <summary>Last instant of validity.</summary>
    public DateTimeOffset NotAfter => Fields.NotAfter;

    /// <summary>Content bytes of the serial number.</summary>
    public ReadOnlyMemory<byte> SerialNumber => Fields.SerialNumber;

    /// <summary>The subject as text (RFC 4514): empty in most EK certificates, and for a name that is none.</summary>
    public string Subject => DistinguishedName.ToText(Fields.Subject) ?? "";

    /// <summary>The issuer as text (RFC 4514); empty for a name that is none.</summary>
    public string Issuer => DistinguishedName.ToText(Fields.Issuer) ?? "";

    /// <summary>True when subject and issuer are the same name.</summary>
    public bool IsSelfIssued => Fields.Subject.Span.SequenceEqual(Fields.Issuer.Span);

    /// <summary>True when the subject is the empty name, as in most EK certificates.</summary>
    public bool HasEmptySubject => Fields.Subject.Span is [0x30, 0];

    /// <summary>The issuer's common name; empty when it has none.</summary>
    public string IssuerCommonName => DistinguishedName.Find(Fields.Issuer, Oids.CommonName) ?? "";

    /// <summary>The scheme and hash of its signature, as RFC 3279, 4055 and 5758 name them; empty when it is none that is allowed.</summary>
    public string SignatureAlgorithmName => Fields.SignatureAlgorithm is not { } algorithm ? "" : algorithm.Scheme switch
    {
        SignatureScheme.RsaPkcs1 => $"{algorithm.Hash.Name!.ToLowerInvariant()}WithRSAEncryption",
        SignatureScheme.RsaPss => "id-RSASSA-PSS",
        SignatureScheme.Ecdsa => $"ecdsa-with-{algorithm.Hash.Name}",
        _ => "",
    };

    /// <summary>All extensions, in order.</summary>
    public IReadOnlyList<CertificateExtension> Extensions => Fields.Extensions;

    internal CertificateFields Fields { get; }

    /// <summary>Reads a certificate; null for anything that is not one, of version 3, in DER, with nothing left over.</summary>
    public static Certificate? TryParse(ReadOnlyMemory<byte> encoded)
    {
        if (encoded.Length > SizeMax) return null;
        try
        {
            ReadOnlyMemory<byte> own = encoded.ToArray();
            var reader = new AsnReader(own, AsnEncodingRules.DER);
            AsnReader certificate = reader.ReadSequence();
            reader.ThrowIfNotEmpty();
            ReadOnlyMemory<byte> toBeSigned = certificate.ReadEncodedValue();
            ReadOnlyMemory<byte> algorithm = certificate.ReadEncodedValue();
            byte[] signature = certificate.ReadBitString(out int unusedBits);
            certificate.ThrowIfNotEmpty();
            CertificateFields? fields = unusedBits == 0 ? ParseToBeSigned(toBeSigned, algorithm, signature) : null;
            return fields is null ? null : new Certificate(own, fields);
        }
        catch (AsnContentException)
        {
            return null;
        }
        catch (ArgumentOutOfRangeException)
        {
            // A date that the calendar does not have, such as month 13 in a UTCTime.
            return null;
        }
    }

    /// <summary>The extension with an OID; null when there is none.</summary>
    public CertificateExtension? Extension(string oid) => Extensions.FirstOrDefault(extension => extension.Oid == oid);

    /// <summary>True when <paramref name="issuer"/>'s key made the signature. Names, times and constraints are not looked at.</summary>
    public bool IsSignedBy(Certificate issuer)
    {
        // Allowed algorithms only; null was kept so that a root with an old self-signature can still be read.
        if (Fields.SignatureAlgorithm is not { } algorithm) return false;
        byte[] digest = CryptographicOperations.HashData(algorithm.Hash, Fields.ToBeSigned.Span);
        return issuer.PublicKey.VerifyHash(algorithm.Scheme, algorithm.Hash, digest, Fields.Signature.Span, DSASignatureFormat.Rfc3279DerSequence);
    }

    private static CertificateFields? ParseToBeSigned(ReadOnlyMemory<byte> toBeSigned, ReadOnlyMemory<byte> outerAlgorithm, byte[] signature)
    {
        AsnReader fields = new AsnReader(toBeSigned, AsnEncodingRules.DER).ReadSequence();
        AsnReader version = fields.ReadSequence(new Asn1Tag(TagClass.ContextSpecific, 0, isConstructed: true));
        if (!version.TryReadInt32(out int number) || number != 2) return null;
        version.ThrowIfNotEmpty();
        ReadOnlyMemory<byte> serial = fields.ReadIntegerBytes();
        ReadOnlyMemory<byte> algorithm = fields.ReadEncodedValue();
        // RFC 5280 section 4.1.1.2: both must say the same.
        if (!algorithm.Span.SequenceEqual(outerAlgorithm.Span)) return null;
        ReadOnlyMemory<byte> issuer = fields.ReadEncodedValue();
        AsnReader validity = fields.ReadSequence();
        DateTimeOffset notBefore = ReadTime(validity);
        DateTimeOffset notAfter = ReadTime(validity);
        validity.ThrowIfNotEmpty();
        ReadOnlyMemory<byte> subject = fields.ReadEncodedValue();
        PublicKeyInfo? key = PublicKeyInfo.TryParse(fields.ReadEncodedValue());
        IReadOnlyList<CertificateExtension>? extensions = ReadExtensions(fields);
        fields.ThrowIfNotEmpty();
        return key is null || extensions is null ? null : new CertificateFields
        {
            ToBeSigned = toBeSigned,
            SignatureAlgorithm = CertificateSignatureAlgorithm.Parse(algorithm),
            Signature = signature,
            SerialNumber = serial,
            Issuer = issuer,
            Subject = subject,
            NotBefore = notBefore,
            NotAfter = notAfter,
            PublicKey = key,
            Extensions = extensions,
        };
    }

    private static DateTimeOffset ReadTime(AsnReader validity) => validity.PeekTag() == Asn1Tag.UtcTime
        ? validity.ReadUtcTime()
        : validity.ReadGeneralizedTime();

    private static List<CertificateExtension>? ReadExtensions(AsnReader fields)
    {
        var extensions = new List<CertificateExtension>();
        if (!fields.HasData) return extensions;
        AsnReader wrapper = fields.ReadSequence(new Asn1Tag(TagClass.ContextSpecific, 3, isConstructed: true));
        AsnReader list = wrapper.ReadSequence();
        wrapper.ThrowIfNotEmpty();
        while (list.HasData)
        {
            AsnReader item = list.ReadSequence();
            string oid = item.ReadObjectIdentifier();
            bool critical = item.PeekTag() == Asn1Tag.Boolean && item.ReadBoolean();
            byte[] value = item.ReadOctetString();
            item.ThrowIfNotEmpty();
            // RFC 5280 section 4.2: not more than one of each.
            if (extensions.Count == ExtensionCountMax || extensions.Exists(other => other.Oid == oid)) return null;
            extensions.Add(new CertificateExtension(oid, critical, value));
        }
        return extensions;
    }
}
