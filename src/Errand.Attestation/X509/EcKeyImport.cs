using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Errand.Attestation;

/// <summary>
/// Imports elliptic curve keys. From parameters, .NET with OpenSSL multiplies the point by the curve's order, twice: 1.4 ms for P-384, twice
/// what verifying a signature takes. A key inside a certificate is only checked to be on its curve, which suffices: NIST curves have cofactor
/// 1, and an uncompressed point is not the one at infinity (SP 800-56A, section 5.6.2.3.4). So keys of the larger curves are wrapped in a
/// certificate that nobody signed and that is used for nothing else: 0.2 ms.
/// </summary>
internal static class EcKeyImport
{
    private static readonly byte[] Algorithm = Encode(writer =>
    {
        using (writer.PushSequence()) writer.WriteObjectIdentifier(Oids.EcdsaSha384);
    });

    private static readonly byte[] Validity = Encode(writer =>
    {
        using (writer.PushSequence())
        {
            writer.WriteUtcTime(DateTimeOffset.UnixEpoch);
            writer.WriteUtcTime(DateTimeOffset.UnixEpoch);
        }
    });

    private static ReadOnlySpan<byte> EmptyName => [0x30, 0];

    /// <summary>Imports a key on one of the curves that <see cref="PublicKeyInfo"/> reads.</summary>
    /// <exception cref="CryptographicException">The point is not on its curve.</exception>
    internal static ECDsa Import(PublicKeyInfo key)
    {
        if (key.CurveOid == Oids.P256) return ECDsa.Create(key.Ec!.Value);
        using X509Certificate2 certificate = X509CertificateLoader.LoadCertificate(Wrap(key.Encoded.Span));
        return certificate.GetECDsaPublicKey() ?? throw new CryptographicException("No elliptic curve key.");
    }

    private static byte[] Wrap(ReadOnlySpan<byte> subjectPublicKeyInfo)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            using (writer.PushSequence())
            {
                writer.WriteInteger(1);
                writer.WriteEncodedValue(Algorithm);
                writer.WriteEncodedValue(EmptyName);
                writer.WriteEncodedValue(Validity);
                writer.WriteEncodedValue(EmptyName);
                writer.WriteEncodedValue(subjectPublicKeyInfo);
            }
            writer.WriteEncodedValue(Algorithm);
            writer.WriteBitString([0]);
        }
        return writer.Encode();
    }

    private static byte[] Encode(Action<AsnWriter> write)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        write(writer);
        return writer.Encode();
    }
}
