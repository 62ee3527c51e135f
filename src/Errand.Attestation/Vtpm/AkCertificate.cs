using System.Formats.Asn1;

namespace Errand.Attestation;

/// <summary>The certificate that a TPM's maker gives its attestation key (TCG EK Credential Profile, tcg-kp-AIKCertificate; TPM 2.0 Keys for Device Identity and Attestation).</summary>
public static class AkCertificate
{
    private const int DigitalSignature = 0;

    /// <summary>What keeps a certificate from being an attestation key's, for people; null when nothing does.</summary>
    public static string? FindFault(Certificate certificate)
    {
        ArgumentNullException.ThrowIfNull(certificate);
        try
        {
            if (!HasUsage(certificate)) return "usage tcg-kp-AIKCertificate is missing";
            if (!KeyUsages.Allows(certificate, DigitalSignature)) return "the key may not sign";
            return IsAuthority(certificate) ? "it is an authority's" : null;
        }
        catch (AsnContentException)
        {
            return "an extension is malformed";
        }
    }

    private static bool HasUsage(Certificate certificate)
    {
        if (certificate.Extension(Oids.ExtendedKeyUsage) is not { } extension) return false;
        AsnReader usages = new AsnReader(extension.Value, AsnEncodingRules.DER).ReadSequence();
        while (usages.HasData)
            if (usages.ReadObjectIdentifier() == Oids.TcgAkCertificate) return true;
        return false;
    }

    private static bool IsAuthority(Certificate certificate)
    {
        if (certificate.Extension(Oids.BasicConstraints) is not { } extension) return false;
        AsnReader basic = new AsnReader(extension.Value, AsnEncodingRules.DER).ReadSequence();
        return basic.HasData && basic.PeekTag() == Asn1Tag.Boolean && basic.ReadBoolean();
    }
}
