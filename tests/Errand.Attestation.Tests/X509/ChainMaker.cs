using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Errand.Attestation.Tests;

/// <summary>Makes certificate chains that are right but for what a test changes.</summary>
internal static class ChainMaker
{
    public static DateTimeOffset Now { get; } = new(2026, 6, 1, 0, 0, 0, TimeSpan.Zero);

    private static readonly ECDsa RootKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private static readonly ECDsa CaKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private static readonly ECDsa SubCaKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private static readonly ECDsa LeafKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    public static byte[] Root(int? pathLength = null) => Issue("Root", RootKey, "Root", RootKey, request => AsAuthority(request, pathLength));

    public static byte[] Ca(int? pathLength = null, Action<CertificateRequest>? change = null) => Issue("CA", CaKey, "Root", RootKey, change ?? (request => AsAuthority(request, pathLength)));

    public static byte[] SubCa() => Issue("Sub CA", SubCaKey, "CA", CaKey, request => AsAuthority(request, null));

    public static byte[] Leaf(string issuer = "CA", bool bySubCa = false, bool byRoot = false, Action<CertificateRequest>? change = null) =>
        Issue("Leaf", LeafKey, issuer, bySubCa ? SubCaKey : byRoot ? RootKey : CaKey, change ?? (_ => { }));

    public static void AsAuthority(CertificateRequest request, int? pathLength)
    {
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, pathLength is not null, pathLength ?? 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, true));
    }

    public static string? Fault(params byte[][] chain) => CertificateChain.FindFault([.. chain.Select(der => Certificate.TryParse(der)!)]);

    private static byte[] Issue(string subject, ECDsa key, string issuer, ECDsa issuerKey, Action<CertificateRequest> change)
    {
        var request = new CertificateRequest($"CN={subject}", key, HashAlgorithmName.SHA256);
        change(request);
        using X509Certificate2 certificate = request.Create(new X500DistinguishedName($"CN={issuer}"), X509SignatureGenerator.CreateForECDsa(issuerKey), Now.AddYears(-1), Now.AddYears(1), [1]);
        return certificate.RawData;
    }
}
