using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;
using Errand.Primitives;

namespace Errand.Attestation.Tests;

/// <summary>A vendor that certifies platforms and signs collateral in Intel's formats, under a root of its own.</summary>
internal sealed class IntelVendor
{
    public const string SignerName = "Intel SGX TCB Signing";

    private const string RootName = "Intel SGX Root CA";

    private static readonly DateTimeOffset NotBefore = new(2025, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset NotAfter = new(2032, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly ECDsa _rootKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly ECDsa _caKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly ECDsa _signerKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    public IntelVendor() => Root = Issue(RootName, _rootKey, RootName, _rootKey, [1], AsAuthority);

    public static IntelVendor Shared { get; } = new();

    /// <summary>Key of the platform, which signs its quoting enclave's reports.</summary>
    public ECDsa PckKey { get; } = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    /// <summary>Key of the quoting enclave, which signs quotes.</summary>
    public ECDsa AttestationKey { get; } = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    public byte[] Root { get; }

    public TrustedRoots Roots => TrustedRoots.None.DangerousPinDevelopmentRoot(RootClass.IntelSgx, "test", RootDigest);

    public Bytes32 RootDigest => Certificate.TryParse(Root)!.SpkiDigest;

    public byte[] PckCa(string name) => Issue(name, _caKey, RootName, _rootKey, [2], AsAuthority);

    public byte[] Pck(PckOptions options, byte serial = 3) => Issue(options.Subject, PckKey, options.Issuer, _caKey, [serial], request =>
        request.CertificateExtensions.Add(new X509Extension("1.2.840.113741.1.13.1", options.Extension ?? PckExtension.Encode(options), critical: false)));

    /// <summary>Signer of collateral and root.</summary>
    public IReadOnlyList<ReadOnlyMemory<byte>> SigningChain(string name = SignerName, byte serial = 4) => [Issue(name, _signerKey, RootName, _rootKey, [serial], _ => { }), Root];

    /// <summary>PCK certificate, its CA and the root, in PEM.</summary>
    public byte[] PckChain(PckOptions options) => Pem(Pck(options), PckCa(options.Issuer), Root);

    public static byte[] Pem(params byte[][] certificates) => Encoding.ASCII.GetBytes(string.Join('\n', certificates.Select(der => PemEncoding.WriteString("CERTIFICATE", der))) + "\n\0");

    /// <summary>A document with its signature over the member's bytes.</summary>
    public byte[] Sign(string member, JsonObject content) => Sign(member, content.ToJsonString());

    public byte[] Sign(string member, string content) => Encoding.UTF8.GetBytes($$"""{"{{member}}":{{content}},"signature":"{{SignatureOver(content)}}"}""");

    public string SignatureOver(string content) => Convert.ToHexStringLower(_signerKey.SignData(Encoding.UTF8.GetBytes(content), HashAlgorithmName.SHA256));

    /// <summary>The list of the CA that issues PCK certificates.</summary>
    public byte[] PckCrl(string issuer, DateTimeOffset thisUpdate, DateTimeOffset nextUpdate, params byte[] serials) => Crl(issuer, _caKey, thisUpdate, nextUpdate, serials);

    public byte[] RootCrl(DateTimeOffset thisUpdate, DateTimeOffset nextUpdate, params byte[] serials) => Crl(RootName, _rootKey, thisUpdate, nextUpdate, serials);

    private static byte[] Crl(string issuer, ECDsa key, DateTimeOffset thisUpdate, DateTimeOffset nextUpdate, byte[] serials)
    {
        var builder = new CertificateRevocationListBuilder();
        foreach (byte serial in serials) builder.AddEntry([serial], thisUpdate, X509RevocationReason.KeyCompromise);
        return builder.Build(Name(issuer), X509SignatureGenerator.CreateForECDsa(key), 1, nextUpdate, HashAlgorithmName.SHA256, X509AuthorityKeyIdentifierExtension.CreateFromSubjectKeyIdentifier([1, 2, 3]), thisUpdate);
    }

    private static byte[] Issue(string subject, ECDsa key, string issuer, ECDsa issuerKey, byte[] serial, Action<CertificateRequest> change)
    {
        var request = new CertificateRequest(Name(subject), key, HashAlgorithmName.SHA256);
        change(request);
        using X509Certificate2 certificate = request.Create(Name(issuer), X509SignatureGenerator.CreateForECDsa(issuerKey), NotBefore, NotAfter, serial);
        return certificate.RawData;
    }

    private static void AsAuthority(CertificateRequest request)
    {
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, true));
    }

    private static X500DistinguishedName Name(string commonName)
    {
        var builder = new X500DistinguishedNameBuilder();
        builder.AddOrganizationName(DevelopmentMark.Organization);
        builder.AddCommonName(commonName);
        return builder.Build();
    }
}
