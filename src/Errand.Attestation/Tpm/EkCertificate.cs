using System.Formats.Asn1;

namespace Errand.Attestation;

/// <summary>
/// What an EK certificate says of its TPM (TCG EK Credential Profile for TPM 2.0, section 3): manufacturer, model and version in the subject
/// alternative name, which is critical when the subject is empty, as it usually is.
/// </summary>
/// <param name="Vendor">Manufacturer.</param>
/// <param name="Model">The manufacturer's part name.</param>
/// <param name="Version">Firmware version, as text in the certificate: <c>id:073f</c>.</param>
public sealed record EkCertificate(TpmVendor Vendor, string Model, string Version)
{
    private const int TextMax = 128;
    private const int DirectoryName = 4;

    /// <summary>
    /// Reads it; null when the certificate is not an EK certificate: without the TPM attributes, without the extended key usage
    /// tcg-kp-EKCertificate, or one of a CA.
    /// </summary>
    public static EkCertificate? TryRead(Certificate certificate)
    {
        ArgumentNullException.ThrowIfNull(certificate);
        try
        {
            if (certificate.Extension(Oids.SubjectAltName) is not { } names || ReadDirectoryName(names) is not { } name) return null;
            if (!HasEkUsage(certificate) || IsCa(certificate)) return null;
            if (!TpmVendor.TryParse(DistinguishedName.Find(name, Oids.TpmManufacturer), out TpmVendor vendor)) return null;
            return DistinguishedName.Find(name, Oids.TpmModel) is { Length: <= TextMax } model && DistinguishedName.Find(name, Oids.TpmVersion) is { Length: <= TextMax } version
                ? new EkCertificate(vendor, model, version)
                : null;
        }
        catch (AsnContentException)
        {
            return null;
        }
    }

    /// <summary>True when the certificate is for exactly the key in a public area.</summary>
    public static bool Certifies(Certificate certificate, TpmtPublic key)
    {
        ArgumentNullException.ThrowIfNull(certificate);
        ArgumentNullException.ThrowIfNull(key);
        if (key.PublicKey is not { } area) return false;
        // Keys, not encodings, are compared: some certificates label the RSA key id-RSAES-OAEP.
        if (certificate.PublicKey.Rsa is { } certified && area.Rsa is { } rsa)
            return certified.Modulus.AsSpan().SequenceEqual(rsa.Modulus) && certified.Exponent.AsSpan().SequenceEqual(rsa.Exponent);
        return certificate.PublicKey.Ec is not null && certificate.PublicKey.Encoded.Span.SequenceEqual(area.Encoded.Span);
    }

    // GeneralNames with exactly one directoryName, [4] explicit; other kinds of names may stand beside it.
    private static ReadOnlyMemory<byte>? ReadDirectoryName(CertificateExtension extension)
    {
        var reader = new AsnReader(extension.Value, AsnEncodingRules.DER);
        AsnReader names = reader.ReadSequence();
        reader.ThrowIfNotEmpty();
        ReadOnlyMemory<byte>? found = null;
        while (names.HasData)
        {
            var tag = new Asn1Tag(TagClass.ContextSpecific, DirectoryName, isConstructed: true);
            if (names.PeekTag() != tag)
            {
                names.ReadEncodedValue();
                continue;
            }
            AsnReader wrapper = names.ReadSequence(tag);
            if (found is not null) return null;
            found = wrapper.ReadEncodedValue();
            wrapper.ThrowIfNotEmpty();
        }
        return found;
    }

    private static bool HasEkUsage(Certificate certificate)
    {
        if (certificate.Extension(Oids.ExtendedKeyUsage) is not { } extension) return false;
        AsnReader usages = new AsnReader(extension.Value, AsnEncodingRules.DER).ReadSequence();
        while (usages.HasData)
            if (usages.ReadObjectIdentifier() == Oids.TcgEkCertificate) return true;
        return false;
    }

    private static bool IsCa(Certificate certificate)
    {
        if (certificate.Extension(Oids.BasicConstraints) is not { } extension) return false;
        AsnReader basic = new AsnReader(extension.Value, AsnEncodingRules.DER).ReadSequence();
        return basic.HasData && basic.PeekTag() == Asn1Tag.Boolean && basic.ReadBoolean();
    }
}
