using System.Formats.Asn1;
using System.Security.Cryptography;

namespace Errand.Attestation;

/// <summary>
/// A complete revocation list of one issuer (RFC 5280 section 5), version 2, parsed from strict DER. Lists that speak for other issuers or
/// for a part of their certificates say so in critical extensions, and are refused.
/// </summary>
public sealed class CertificateRevocationList
{
    /// <summary>The longest list read.</summary>
    public const int SizeMax = 1024 * 1024;

    private const int ExtensionCountMax = 16;

    private readonly ReadOnlyMemory<byte> _toBeSigned;
    private readonly ReadOnlyMemory<byte> _signature;
    private readonly CertificateSignatureAlgorithm? _algorithm;
    private readonly Dictionary<string, DateTimeOffset> _revoked;

    private CertificateRevocationList(ReadOnlyMemory<byte> encoded, ReadOnlyMemory<byte> toBeSigned, ReadOnlyMemory<byte> algorithm, ReadOnlyMemory<byte> signature)
    {
        Encoded = encoded;
        _toBeSigned = toBeSigned;
        _signature = signature;
        AsnReader fields = new AsnReader(toBeSigned, AsnEncodingRules.DER).ReadSequence();
        if (!fields.TryReadInt32(out int version) || version != 1) throw new AsnContentException();
        // RFC 5280 section 5.1.1.2: both must say the same.
        ReadOnlyMemory<byte> inner = fields.ReadEncodedValue();
        if (!inner.Span.SequenceEqual(algorithm.Span)) throw new AsnContentException();
        _algorithm = CertificateSignatureAlgorithm.Parse(inner);
        Issuer = fields.ReadEncodedValue();
        ThisUpdate = ReadTime(fields);
        NextUpdate = ReadTime(fields);
        _revoked = fields.HasData && fields.PeekTag() == Asn1Tag.Sequence ? ReadEntries(fields.ReadSequence()) : new Dictionary<string, DateTimeOffset>(StringComparer.Ordinal);
        if (fields.HasData)
        {
            AsnReader wrapper = fields.ReadSequence(new Asn1Tag(TagClass.ContextSpecific, 0, isConstructed: true));
            Number = ReadExtensions(wrapper.ReadSequence());
            wrapper.ThrowIfNotEmpty();
        }
        fields.ThrowIfNotEmpty();
    }

    /// <summary>The DER bytes as received.</summary>
    public ReadOnlyMemory<byte> Encoded { get; }

    /// <summary>When it was issued.</summary>
    public DateTimeOffset ThisUpdate { get; }

    /// <summary>When a newer one is there at the latest.</summary>
    public DateTimeOffset NextUpdate { get; }

    /// <summary>The content bytes of the CRL number, which grows with each list; null when there is none.</summary>
    public ReadOnlyMemory<byte>? Number { get; }

    /// <summary>How many certificates it revokes.</summary>
    public int Count => _revoked.Count;

    /// <summary>The issuer's name in DER.</summary>
    internal ReadOnlyMemory<byte> Issuer { get; }

    /// <summary>Reads a list; null for anything that is not one, of version 2 with a next update, in DER, with nothing left over.</summary>
    public static CertificateRevocationList? TryParse(ReadOnlyMemory<byte> encoded)
    {
        if (encoded.Length > SizeMax) return null;
        try
        {
            ReadOnlyMemory<byte> own = encoded.ToArray();
            var reader = new AsnReader(own, AsnEncodingRules.DER);
            AsnReader list = reader.ReadSequence();
            reader.ThrowIfNotEmpty();
            ReadOnlyMemory<byte> toBeSigned = list.ReadEncodedValue();
            ReadOnlyMemory<byte> algorithm = list.ReadEncodedValue();
            byte[] signature = list.ReadBitString(out int unusedBits);
            list.ThrowIfNotEmpty();
            return unusedBits == 0 ? new CertificateRevocationList(own, toBeSigned, algorithm, signature) : null;
        }
        catch (AsnContentException)
        {
            return null;
        }
        catch (ArgumentOutOfRangeException)
        {
            // A date that the calendar does not have.
            return null;
        }
    }

    /// <summary>True when the certificate is on the list. That the list speaks for its issuer is <see cref="IsIssuedBy"/>'s question.</summary>
    public bool Revokes(Certificate certificate) => FindRevocation(certificate) is not null;

    /// <summary>Since when the certificate is revoked, by the list's word; null when it is not on the list.</summary>
    public DateTimeOffset? FindRevocation(Certificate certificate)
    {
        ArgumentNullException.ThrowIfNull(certificate);
        return _revoked.TryGetValue(Convert.ToHexString(certificate.SerialNumber.Span), out DateTimeOffset since) ? since : null;
    }

    /// <summary>True when <paramref name="issuer"/> has the list's issuer as its name and made the signature. Its key usage is not looked at.</summary>
    public bool IsIssuedBy(Certificate issuer)
    {
        ArgumentNullException.ThrowIfNull(issuer);
        if (_algorithm is not { } algorithm || !issuer.Fields.Subject.Span.SequenceEqual(Issuer.Span)) return false;
        byte[] digest = CryptographicOperations.HashData(algorithm.Hash, _toBeSigned.Span);
        return issuer.PublicKey.VerifyHash(algorithm.Scheme, algorithm.Hash, digest, _signature.Span, DSASignatureFormat.Rfc3279DerSequence);
    }

    private static Dictionary<string, DateTimeOffset> ReadEntries(AsnReader entries)
    {
        var revoked = new Dictionary<string, DateTimeOffset>(StringComparer.Ordinal);
        while (entries.HasData)
        {
            AsnReader entry = entries.ReadSequence();
            string serial = Convert.ToHexString(entry.ReadIntegerBytes().Span);
            DateTimeOffset since = ReadTime(entry);
            // Of entries that name one certificate the earliest counts.
            if (!revoked.TryGetValue(serial, out DateTimeOffset earlier) || since < earlier) revoked[serial] = since;
            // A critical certificateIssuer would say that the entry is about another issuer's certificate.
            if (entry.HasData) ReadExtensions(entry.ReadSequence());
            entry.ThrowIfNotEmpty();
        }
        return revoked;
    }

    // Unknown critical extensions change what a list means (RFC 5280 section 5.2); known ones here are the CRL number and the reason.
    private static ReadOnlyMemory<byte>? ReadExtensions(AsnReader extensions)
    {
        ReadOnlyMemory<byte>? number = null;
        for (int count = 0; extensions.HasData; count++)
        {
            AsnReader item = extensions.ReadSequence();
            string oid = item.ReadObjectIdentifier();
            bool critical = item.PeekTag() == Asn1Tag.Boolean && item.ReadBoolean();
            byte[] value = item.ReadOctetString();
            item.ThrowIfNotEmpty();
            if (count == ExtensionCountMax || critical && oid is not (Oids.CrlNumber or Oids.CrlReason)) throw new AsnContentException();
            if (oid != Oids.CrlNumber) continue;
            if (number is not null) throw new AsnContentException();
            var reader = new AsnReader(value, AsnEncodingRules.DER);
            number = reader.ReadIntegerBytes();
            reader.ThrowIfNotEmpty();
        }
        return number;
    }

    private static DateTimeOffset ReadTime(AsnReader reader) => reader.PeekTag() == Asn1Tag.UtcTime ? reader.ReadUtcTime() : reader.ReadGeneralizedTime();
}
