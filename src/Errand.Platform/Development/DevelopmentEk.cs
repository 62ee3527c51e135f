using System.Numerics;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Errand.Attestation;

namespace Errand.Platform;

/// <summary>A development TPM's endorsement key of either template. It only recovers the seeds of credential challenges.</summary>
internal sealed class DevelopmentEk : IDisposable
{
    private readonly RSA? _rsa;
    private readonly ECDiffieHellman? _ecc;

    private DevelopmentEk(EkTemplate template, RSA? rsa, ECDiffieHellman? ecc)
    {
        Template = template;
        _rsa = rsa;
        _ecc = ecc;
        byte[] encoded;
        if (rsa is not null) encoded = EkTemplates.Encode(template, rsa.ExportParameters(includePrivateParameters: false).Modulus, []);
        else
        {
            ECPoint point = ecc!.ExportParameters(includePrivateParameters: false).Q;
            encoded = EkTemplates.Encode(template, point.X, point.Y);
        }
        Public = TpmtPublic.TryParse(encoded) ?? throw new InvalidOperationException("A public area made here does not parse.");
    }

    internal EkTemplate Template { get; }

    internal TpmtPublic Public { get; }

    internal PublicKey CertificateKey => PublicKey.CreateFromSubjectPublicKeyInfo(Public.PublicKey!.Encoded.Span, out _);

    internal static DevelopmentEk Create(EkTemplate template) => template switch
    {
        EkTemplate.RsaL1 => new DevelopmentEk(template, RSA.Create(2048), null),
        EkTemplate.EccL2 => new DevelopmentEk(template, null, ECDiffieHellman.Create(ECCurve.NamedCurves.nistP256)),
        _ => throw new ArgumentOutOfRangeException(nameof(template)),
    };

    /// <summary>Reads a PKCS#8 private key; null when it is none of the template's kind.</summary>
    internal static DevelopmentEk? Import(EkTemplate template, ReadOnlySpan<byte> pkcs8)
    {
        bool isRsa = template == EkTemplate.RsaL1;
        AsymmetricAlgorithm key = isRsa ? RSA.Create() : ECDiffieHellman.Create();
        if (DevelopmentKeys.TryImport(key, pkcs8, isRsa ? 2048 : 256)) return new DevelopmentEk(template, key as RSA, key as ECDiffieHellman);
        key.Dispose();
        return null;
    }

    internal byte[] ExportPrivateKey() => ((AsymmetricAlgorithm?)_rsa ?? _ecc!).ExportPkcs8PrivateKey();

    /// <summary>The seed in a TPM2B_ENCRYPTED_SECRET's contents; null when it was not made for this key.</summary>
    internal byte[]? RecoverSeed(ReadOnlySpan<byte> encryptedSecret) => _rsa is not null ? Decrypt(_rsa, encryptedSecret) : Agree(_ecc!, encryptedSecret);

    public void Dispose()
    {
        _rsa?.Dispose();
        _ecc?.Dispose();
    }

    // The BCL has neither OAEP with a label nor unpadded RSA. BigInteger leaks time; this key protects nothing.
    private static byte[]? Decrypt(RSA key, ReadOnlySpan<byte> ciphertext)
    {
        RSAParameters parameters = key.ExportParameters(includePrivateParameters: true);
        int size = parameters.Modulus!.Length;
        var number = new BigInteger(ciphertext, isUnsigned: true, isBigEndian: true);
        var modulus = new BigInteger(parameters.Modulus, isUnsigned: true, isBigEndian: true);
        if (ciphertext.Length != size || number >= modulus) return null;
        byte[] plain = BigInteger.ModPow(number, new BigInteger(parameters.D, isUnsigned: true, isBigEndian: true), modulus).ToByteArray(isUnsigned: true, isBigEndian: true);
        byte[] padded = [.. new byte[size - plain.Length], .. plain];
        byte[]? seed = OaepSha256.Decode(padded, "IDENTITY\0"u8);
        return seed is { Length: CredentialProtection.SeedSize } ? seed : null;
    }

    private byte[]? Agree(ECDiffieHellman key, ReadOnlySpan<byte> encryptedSecret)
    {
        var reader = new TpmReader(encryptedSecret);
        byte[] x = reader.Sized(32).ToArray();
        byte[] y = reader.Sized(32).ToArray();
        if (!reader.AtEnd) return null;
        // TPM2B_ECC_PARAMETER is a number: some senders leave leading zeros out. The key derivation takes it as it was sent.
        var point = new ECPoint { X = [.. new byte[32 - x.Length], .. x], Y = [.. new byte[32 - y.Length], .. y] };
        byte[]? z = null;
        try
        {
            using var peer = ECDiffieHellman.Create(new ECParameters { Curve = ECCurve.NamedCurves.nistP256, Q = point });
            z = key.DeriveRawSecretAgreement(peer.PublicKey);
            return TpmKdf.KdfE(TpmAlgorithm.Sha256, z, CredentialProtection.IdentityLabel, x, Public.UniqueFirst.Span, CredentialProtection.SeedSize);
        }
        catch (CryptographicException)
        {
            return null; // not a point on the curve
        }
        finally
        {
            CryptographicOperations.ZeroMemory(z);
        }
    }
}
