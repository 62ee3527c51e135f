using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Errand.Attestation;
using Errand.Primitives;
using X509PublicKey = System.Security.Cryptography.X509Certificates.PublicKey;

namespace Errand.Platform;

/// <summary>
/// The vendor of a development network's devices: an ARK and an ASK of the real format (RSA 4096, RSASSA-PSS SHA-384) and roots for the
/// certificates of EKs and of virtual machines' attestation keys. Its keys protect nothing; only a genesis marked <c>development</c> can pin its roots.
/// </summary>
/// <remarks>
/// Elliptic curve keys come from the seed. RSA keys cannot, with the platform's library: they are made once, which takes seconds, and the
/// whole is then kept as bytes by the caller and imported in no time. Not thread-safe.
/// </remarks>
public sealed class DevelopmentVendor : IDisposable
{
    /// <summary>Bytes of a seed.</summary>
    public const int SeedSize = 32;

    /// <summary>Common name of the EK root.</summary>
    internal const string EkRootName = "Errand Development TPM EK Root";

    private const string VtpmRootName = "Errand Development Virtual TPM Root";

    private const int RsaBits = 4096;
    private const ulong StateVersion = 1;
    private const int StateFieldMax = 8192;

    private readonly byte[] _seed;
    private readonly RSA _ark;
    private readonly RSA _ask;
    private readonly ECDsa _ekRoot;
    private readonly ECDsa _vtpmRoot;

    private DevelopmentVendor(byte[] seed, SnpProductLine line, RSA ark, RSA ask, byte[]? arkCertificate, byte[]? askCertificate, byte[]? ekRootCertificate)
    {
        _seed = seed;
        _ark = ark;
        _ask = ask;
        _ekRoot = ECDsa.Create(DevelopmentKeys.DeriveP384(seed, "errand development ek root", []));
        _vtpmRoot = ECDsa.Create(DevelopmentKeys.DeriveP384(seed, "errand development vtpm root", []));
        ProductLine = line;
        X509SignatureGenerator arkSigner = X509SignatureGenerator.CreateForRSA(_ark, RSASignaturePadding.Pss);
        X509SignatureGenerator ekSigner = X509SignatureGenerator.CreateForECDsa(_ekRoot);
        string arkName = "ARK-" + line;
        ArkCertificate = arkCertificate ?? DevelopmentCertificates.IssueAuthority(arkName, arkSigner.PublicKey, arkName, arkSigner, HashAlgorithmName.SHA384, null, 1);
        AskCertificate = askCertificate ?? DevelopmentCertificates.IssueAuthority("SEV-" + line, new X509PublicKey(_ask), arkName, arkSigner, HashAlgorithmName.SHA384, 0, 2);
        // Its key comes from the seed; the certificate says nothing more, and is made anew each time.
        X509SignatureGenerator vtpmSigner = X509SignatureGenerator.CreateForECDsa(_vtpmRoot);
        VtpmRootCertificate = DevelopmentCertificates.IssueAuthority(VtpmRootName, vtpmSigner.PublicKey, VtpmRootName, vtpmSigner, HashAlgorithmName.SHA384, null, 4);
        EkRootCertificate = ekRootCertificate ?? DevelopmentCertificates.IssueAuthority(EkRootName, ekSigner.PublicKey, EkRootName, ekSigner, HashAlgorithmName.SHA384, null, 3);
    }

    /// <summary>The processor generation whose reports it makes.</summary>
    public SnpProductLine ProductLine { get; }

    /// <summary>The root of its TEE certificates, DER.</summary>
    public ReadOnlyMemory<byte> ArkCertificate { get; }

    /// <summary>The intermediate of its TEE certificates, DER.</summary>
    public ReadOnlyMemory<byte> AskCertificate { get; }

    /// <summary>The root of its EK certificates, DER.</summary>
    public ReadOnlyMemory<byte> EkRootCertificate { get; }

    /// <summary>The root of the certificates of its virtual machines' TPMs, DER. Its signature differs each time a vendor is opened, its key does not.</summary>
    public ReadOnlyMemory<byte> VtpmRootCertificate { get; }

    /// <summary>What a development genesis pins for the TPMs of virtual machines: SHA-256 of that root's SubjectPublicKeyInfo.</summary>
    public Bytes32 VtpmRootDigest => DigestOf(VtpmRootCertificate);

    /// <summary>What a development genesis pins for TEEs: SHA-256 of the ARK's SubjectPublicKeyInfo.</summary>
    public Bytes32 TeeRootDigest => DigestOf(ArkCertificate);

    /// <summary>What a development genesis pins for TPMs: SHA-256 of the EK root's SubjectPublicKeyInfo.</summary>
    public Bytes32 TpmRootDigest => DigestOf(EkRootCertificate);

    /// <summary>Makes a vendor from a 32-byte seed. Takes seconds; both RSA keys are made at the same time.</summary>
    public static DevelopmentVendor Create(ReadOnlySpan<byte> seed, SnpProductLine line = SnpProductLine.Genoa)
    {
        if (seed.Length != SeedSize) throw new ArgumentException($"A seed has {SeedSize} bytes.", nameof(seed));
        RSA? ark = null;
        RSA? ask = null;
        Parallel.Invoke(() => ark = MakeKey(), () => ask = MakeKey());
        return new DevelopmentVendor(seed.ToArray(), line, ark!, ask!, null, null, null);
    }

    /// <summary>Reads what <see cref="Export"/> wrote; null for anything else.</summary>
    public static DevelopmentVendor? Import(ReadOnlySpan<byte> state)
    {
        if (!CanonicalCbor.IsCanonical(state)) return null;
        var fields = new FieldReader(state);
        ulong version = fields.UInt(0);
        byte[] seed = fields.Bytes(1, SeedSize, SeedSize).ToArray();
        ulong line = fields.UInt(2, (ulong)SnpProductLine.Turin);
        byte[][] keys = [fields.Bytes(3, 1, StateFieldMax).ToArray(), fields.Bytes(4, 1, StateFieldMax).ToArray()];
        byte[][] certificates = [fields.Bytes(5, 1, StateFieldMax).ToArray(), fields.Bytes(6, 1, StateFieldMax).ToArray(), fields.Bytes(7, 1, StateFieldMax).ToArray()];
        if (fields.Close() != FieldError.None || version != StateVersion || line == 0 || certificates.Any(der => Certificate.TryParse(der) is null)) return null;

        RSA ark = RSA.Create();
        RSA ask = RSA.Create();
        if (DevelopmentKeys.TryImport(ark, keys[0], RsaBits) && DevelopmentKeys.TryImport(ask, keys[1], RsaBits))
            return new DevelopmentVendor(seed, (SnpProductLine)line, ark, ask, certificates[0], certificates[1], certificates[2]);
        ark.Dispose();
        ask.Dispose();
        return null;
    }

    /// <summary>Seed, private keys and certificates, for <see cref="Import"/>. Whoever has them can make any development evidence.</summary>
    public byte[] Export() => new CanonicalWriter().Map(8)
        .Key(0).UInt(StateVersion)
        .Key(1).Bytes(_seed)
        .Key(2).UInt((ulong)ProductLine)
        .Key(3).Bytes(_ark.ExportPkcs8PrivateKey())
        .Key(4).Bytes(_ask.ExportPkcs8PrivateKey())
        .Key(5).Bytes(ArkCertificate.Span)
        .Key(6).Bytes(AskCertificate.Span)
        .Key(7).Bytes(EkRootCertificate.Span)
        .ToArray();

    /// <summary>Roots with this vendor's two added, as development roots.</summary>
    public TrustedRoots DangerousPinInto(TrustedRoots roots)
    {
        ArgumentNullException.ThrowIfNull(roots);
        return roots
            .DangerousPinDevelopmentRoot(ProductLine.ToRootClass(), $"development ARK-{ProductLine}", TeeRootDigest)
            .DangerousPinDevelopmentRoot(RootClass.TpmHardware, "development EK root", TpmRootDigest);
    }

    /// <summary>The ARK's revocation list, DER: it withdraws certificates by serial number; the ARK has 1, the ASK 2.</summary>
    public byte[] IssueRevocationList(IReadOnlyList<byte[]> serials, DateTimeOffset thisUpdate, DateTimeOffset nextUpdate)
    {
        ArgumentNullException.ThrowIfNull(serials);
        var builder = new CertificateRevocationListBuilder();
        foreach (byte[] serial in serials) builder.AddEntry(serial, thisUpdate);
        X509SignatureGenerator signer = X509SignatureGenerator.CreateForRSA(_ark, RSASignaturePadding.Pss);
        var authority = X509AuthorityKeyIdentifierExtension.CreateFromSubjectKeyIdentifier(new X509SubjectKeyIdentifierExtension(signer.PublicKey, critical: false));
        return builder.Build(DevelopmentCertificates.Name("ARK-" + ProductLine), signer, System.Numerics.BigInteger.One, nextUpdate, HashAlgorithmName.SHA384, authority, thisUpdate);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        CryptographicOperations.ZeroMemory(_seed);
        _ark.Dispose();
        _ask.Dispose();
        _ekRoot.Dispose();
        _vtpmRoot.Dispose();
    }

    /// <summary>The chip's endorsement key for a firmware version: like a real one, another key for another version.</summary>
    internal ECDsa DeriveVcek(ReadOnlySpan<byte> chipId, SnpTcb tcb)
    {
        Span<byte> version = stackalloc byte[SnpTcb.Size];
        tcb.Write(ProductLine, version);
        return ECDsa.Create(DevelopmentKeys.DeriveP384(_seed, "errand development vcek", [.. chipId, .. version]));
    }

    internal byte[] IssueVcek(ECDsa vcek, ReadOnlySpan<byte> chipId, SnpTcb tcb) => DevelopmentCertificates.IssueVcek(
        new X509PublicKey(vcek), ProductLine, tcb, chipId, X509SignatureGenerator.CreateForRSA(_ask, RSASignaturePadding.Pss));

    internal byte[] IssueEk(X509PublicKey key, bool isRsa, ReadOnlySpan<byte> serial) => DevelopmentCertificates.IssueEk(
        key, isRsa, DevelopmentTpm.Vendor, DevelopmentTpm.Model, "id:00010000", EkRootName, X509SignatureGenerator.CreateForECDsa(_ekRoot), serial);

    /// <summary>The certificate of an attestation key that was made where the vendor saw it: with the TPM.</summary>
    internal byte[] IssueAk(X509PublicKey key, ReadOnlySpan<byte> serial) =>
        DevelopmentCertificates.IssueAk(key, VtpmRootName, X509SignatureGenerator.CreateForECDsa(_vtpmRoot), serial);

    private static RSA MakeKey()
    {
        var key = RSA.Create(RsaBits);
        // Keys are made on first use; this is it.
        key.ExportParameters(includePrivateParameters: false);
        return key;
    }

    private static Bytes32 DigestOf(ReadOnlyMemory<byte> certificate) =>
        (Certificate.TryParse(certificate) ?? throw new InvalidOperationException("A certificate made here does not parse.")).SpkiDigest;
}
