using System.Formats.Asn1;

namespace Errand.Attestation;

/// <summary>
/// What the certificates of the Nitro attestation PKI are, beyond a chain that holds (Nitro Enclaves Attestation Process, section 3.2.3):
/// P-384 keys, ECDSA with SHA-384, the signing key no CA and for signatures, every issuer with critical basic constraints and a key usage.
/// </summary>
internal static class NitroCertificateProfile
{
    private const int DigitalSignature = 0;
    private const int KeyCertSign = 5;

    /// <summary>What is wrong with a chain, leaf first, for people; null when nothing is.</summary>
    internal static string? FindFault(IReadOnlyList<Certificate> chain)
    {
        for (int i = 0; i < chain.Count; i++)
        {
            Certificate certificate = chain[i];
            if (certificate.PublicKey.CurveOid != Oids.P384) return $"certificate {i} has no P-384 key";
            if (certificate.Fields.SignatureAlgorithm is not { Scheme: SignatureScheme.Ecdsa, Hash.Name: "SHA384" }) return $"certificate {i} is not signed by ECDSA with SHA-384";
            if (!HasUsage(certificate, i == 0 ? DigitalSignature : KeyCertSign)) return $"certificate {i} lacks the key usage {(i == 0 ? "digitalSignature" : "keyCertSign")}";
            if (i > 0 && certificate.Extension(Oids.BasicConstraints) is not { IsCritical: true }) return $"certificate {i} has no critical basic constraints";
        }
        return IsEndEntity(chain[0]) ? null : "the signing key's certificate is that of a CA";
    }

    private static bool HasUsage(Certificate certificate, int bit)
    {
        try
        {
            if (certificate.Extension(Oids.KeyUsage) is not { } usage) return false;
            byte[] bits = new AsnReader(usage.Value, AsnEncodingRules.DER).ReadBitString(out _);
            return bits.Length > 0 && (bits[0] & (0x80 >> bit)) != 0;
        }
        catch (AsnContentException)
        {
            return false;
        }
    }

    // DER leaves out what has its default value: CA FALSE is an empty sequence, and a path length would be its only content.
    private static bool IsEndEntity(Certificate certificate) => certificate.Extension(Oids.BasicConstraints) is not { } constraints || constraints.Value.Span is [0x30, 0];
}
