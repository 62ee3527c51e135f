using System.Formats.Asn1;

namespace Errand.Attestation;

/// <summary>The key usage extension (RFC 5280 section 4.2.1.3).</summary>
internal static class KeyUsages
{
    /// <summary>True when a certificate has no key usage extension, or one with a bit set; false when it is not DER.</summary>
    internal static bool Allows(Certificate certificate, int bit)
    {
        if (certificate.Extension(Oids.KeyUsage) is not { } usage) return true;
        try
        {
            byte[] bits = new AsnReader(usage.Value, AsnEncodingRules.DER).ReadBitString(out _);
            return bit / 8 < bits.Length && (bits[bit / 8] & (0x80 >> bit % 8)) != 0;
        }
        catch (AsnContentException)
        {
            return false;
        }
    }
}
