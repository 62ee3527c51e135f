using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Errand.Attestation;

namespace Errand.Platform;

/// <summary>Issues the certificates of a development vendor, in the profiles of the real vendors.</summary>
internal static class DevelopmentCertificates
{
    private static readonly DateTimeOffset NotBefore = new(2024, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset NotAfter = new(2049, 1, 1, 0, 0, 0, TimeSpan.Zero);

    internal static X500DistinguishedName Name(string commonName)
    {
        var builder = new X500DistinguishedNameBuilder();
        builder.AddOrganizationName(DevelopmentMark.Organization);
        builder.AddCommonName(commonName);
        return builder.Build();
    }

    /// <summary>A CA certificate: a root when <paramref name="pathLength"/> is null.</summary>
    internal static byte[] IssueAuthority(string subject, PublicKey key, string issuer, X509SignatureGenerator signer, HashAlgorithmName hash, int? pathLength, byte serial)
    {
        var request = new CertificateRequest(Name(subject), key, hash);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, pathLength is not null, pathLength ?? 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, critical: true));
        return Issue(request, Name(issuer), signer, [serial]);
    }

    /// <summary>A VCEK certificate with AMD's extensions (AMD 57230): names of firmware versions, product and chip.</summary>
    internal static byte[] IssueVcek(PublicKey key, SnpProductLine line, SnpTcb tcb, ReadOnlySpan<byte> chipId, X509SignatureGenerator signer)
    {
        var request = new CertificateRequest(Name("SEV-VCEK"), key, HashAlgorithmName.SHA384);
        void Add(string oid, byte[] value) => request.CertificateExtensions.Add(new X509Extension(oid, value, critical: false));

        const string Amd = "1.3.6.1.4.1.3704.1.";
        Add(Amd + "1", Integer(line == SnpProductLine.Turin ? 1 : 0));
        Add(Amd + "2", Text(line.ToString()));
        if (line == SnpProductLine.Turin) Add(Amd + "3.9", Integer(tcb.Fmc));
        Add(Amd + "3.1", Integer(tcb.BootLoader));
        Add(Amd + "3.2", Integer(tcb.Tee));
        Add(Amd + "3.3", Integer(tcb.Snp));
        foreach (int reserved in new[] { 4, 5, 6, 7 }) Add($"{Amd}3.{reserved}", Integer(0));
        Add(Amd + "3.8", Integer(tcb.Microcode));
        Add(Amd + "4", chipId[..line.HardwareIdSize()].ToArray());
        return Issue(request, Name("SEV-" + line), signer, [0]);
    }

    /// <summary>An EK certificate (TCG EK Credential Profile): empty subject, critical name of the TPM, usage tcg-kp-EKCertificate.</summary>
    internal static byte[] IssueEk(PublicKey key, bool isRsa, TpmVendor vendor, string model, string version, string issuer, X509SignatureGenerator signer, ReadOnlySpan<byte> serial)
    {
        var request = new CertificateRequest(new X500DistinguishedName(""), key, HashAlgorithmName.SHA384);
        request.CertificateExtensions.Add(new X509Extension("2.5.29.17", TpmName(vendor, model, version), critical: true));
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: false, false, 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(isRsa ? X509KeyUsageFlags.KeyEncipherment : X509KeyUsageFlags.KeyAgreement, critical: true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("2.23.133.8.1")], critical: false));
        return Issue(request, Name(issuer), signer, serial);
    }

    /// <summary>A certificate of an attestation key (tcg-kp-AIKCertificate): empty subject, signs, no authority.</summary>
    internal static byte[] IssueAk(PublicKey key, string issuer, X509SignatureGenerator signer, ReadOnlySpan<byte> serial)
    {
        var request = new CertificateRequest(new X500DistinguishedName(""), key, HashAlgorithmName.SHA384);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: false, false, 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, critical: true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("2.23.133.8.3")], critical: false));
        return Issue(request, Name(issuer), signer, serial);
    }

    private static byte[] Issue(CertificateRequest request, X500DistinguishedName issuer, X509SignatureGenerator signer, ReadOnlySpan<byte> serial)
    {
        using X509Certificate2 certificate = request.Create(issuer, signer, NotBefore, NotAfter, serial);
        return certificate.RawData;
    }

    private static byte[] Integer(int value)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        writer.WriteInteger(value);
        return writer.Encode();
    }

    private static byte[] Text(string value)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        writer.WriteCharacterString(UniversalTagNumber.IA5String, value);
        return writer.Encode();
    }

    // GeneralNames { directoryName [4] { { manufacturer } { model } { version } } }
    private static byte[] TpmName(TpmVendor vendor, string model, string version)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        using (writer.PushSequence(new Asn1Tag(TagClass.ContextSpecific, 4, isConstructed: true)))
        using (writer.PushSequence())
        {
            foreach ((string oid, string value) in new[] { ("2.23.133.2.1", vendor.ToString()), ("2.23.133.2.2", model), ("2.23.133.2.3", version) })
            {
                using (writer.PushSetOf())
                using (writer.PushSequence())
                {
                    writer.WriteObjectIdentifier(oid);
                    writer.WriteCharacterString(UniversalTagNumber.UTF8String, value);
                }
            }
        }
        return writer.Encode();
    }
}
