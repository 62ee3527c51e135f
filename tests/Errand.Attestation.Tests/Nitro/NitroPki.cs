using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Errand.Attestation.Tests;

/// <summary>A public key infrastructure like that of the Nitro system under an own root: root, region, zone, instance, enclave.</summary>
internal static class NitroPki
{
    public static DateTimeOffset Now { get; } = new(2026, 6, 1, 12, 0, 0, TimeSpan.Zero);

    private static readonly ECDsa[] Keys = [.. Enumerable.Range(0, 5).Select(_ => ECDsa.Create(ECCurve.NamedCurves.nistP384))];
    private static readonly string[] Names = ["aws.nitro-enclaves", "region.aws.nitro-enclaves", "zonal.aws.nitro-enclaves", "i-0.aws.nitro-enclaves", "i-0-enc0.aws"];

    /// <summary>Root first, the signing certificate last.</summary>
    public static IReadOnlyList<byte[]> Chain { get; } = [.. Enumerable.Range(0, Keys.Length).Select(level => Issue(level))];

    public static ECDsa SigningKey => Keys[^1];

    public static TrustedRoots Roots { get; } = TrustedRoots.None.Pin(RootClass.AwsNitro, "test root", Certificate.TryParse(Chain[0])!.SpkiDigest);

    /// <summary>The chain with one certificate issued otherwise.</summary>
    public static IReadOnlyList<byte[]> ChainWith(int level, byte[] certificate) => [.. Chain.Select((original, index) => index == level ? certificate : original)];

    /// <summary>A certificate as the Nitro system issues it at a level, but for what the arguments change.</summary>
    public static byte[] Issue(
        int level, int? pathLength = null, bool? isAuthority = null, X509KeyUsageFlags? usage = null, bool hasUsage = true, bool criticalConstraints = true, ECDsa? key = null,
        HashAlgorithmName? hash = null, DateTimeOffset? notBefore = null, DateTimeOffset? notAfter = null, string? unknownCritical = null)
    {
        bool leaf = level == Keys.Length - 1;
        var request = new CertificateRequest($"CN={Names[level]}", key ?? Keys[level], hash ?? HashAlgorithmName.SHA384);
        // Path lengths as in real chains: none, 2, 1, 0.
        int? length = pathLength ?? (level is 0 || leaf ? null : Keys.Length - 2 - level);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(isAuthority ?? !leaf, length is not null, length ?? 0, criticalConstraints));
        if (hasUsage) request.CertificateExtensions.Add(new X509KeyUsageExtension(usage ?? (leaf ? X509KeyUsageFlags.DigitalSignature | X509KeyUsageFlags.NonRepudiation : X509KeyUsageFlags.KeyCertSign), critical: !leaf));
        if (unknownCritical is not null) request.CertificateExtensions.Add(new X509Extension(unknownCritical, [5, 0], critical: true));
        int issuer = Math.Max(0, level - 1);
        // A root signs itself also when it is made with another key.
        ECDsa signer = level == 0 && key is not null ? key : Keys[issuer];
        using X509Certificate2 certificate = request.Create(new X500DistinguishedName($"CN={Names[issuer]}"), X509SignatureGenerator.CreateForECDsa(signer), notBefore ?? Now.AddHours(-1), notAfter ?? Now.AddHours(2), [(byte)(level + 1)]);
        return certificate.RawData;
    }
}
