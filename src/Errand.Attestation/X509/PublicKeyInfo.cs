using System.Formats.Asn1;
using System.Security.Cryptography;
using Errand.Primitives;

namespace Errand.Attestation;

/// <summary>
/// A SubjectPublicKeyInfo (RFC 5280 section 4.1.2.7) with an RSA key of 2048 to 4096 bits or a point on P-256, P-384 or P-521.
/// Read by hand because platforms refuse RSA keys labelled id-RSAES-OAEP, which TPM manufacturers put into EK certificates.
/// </summary>
public sealed class PublicKeyInfo
{
    private const int RsaBytesMin = 256;
    private const int RsaBytesMax = 512;

    private AsymmetricAlgorithm? _imported;
    private volatile bool _keepsImported;

    private PublicKeyInfo(ReadOnlyMemory<byte> encoded, RSAParameters? rsa, ECParameters? ec)
    {
        Encoded = encoded;
        Rsa = rsa;
        Ec = ec;
        Digest = new Bytes32(SHA256.HashData(encoded.Span));
    }

    /// <summary>The DER bytes as received.</summary>
    public ReadOnlyMemory<byte> Encoded { get; }

    /// <summary>Modulus and exponent, for an RSA key.</summary>
    public RSAParameters? Rsa { get; }

    /// <summary>Curve and point, for an elliptic curve key. Whether the point is on its curve shows on first use.</summary>
    public ECParameters? Ec { get; }

    /// <summary>Size of an RSA modulus or of a curve's field, in bits.</summary>
    public int KeySizeBits => Rsa is { } rsa ? rsa.Modulus!.Length * 8 : CurveSizeBits(Ec!.Value.Curve.Oid.Value!);

    /// <summary>Dotted OID of the curve; null for RSA.</summary>
    public string? CurveOid => Ec?.Curve.Oid.Value;

    /// <summary>Reads a key; null for another algorithm, curve or size, or anything but its DER form.</summary>
    public static PublicKeyInfo? TryParse(ReadOnlyMemory<byte> encoded)
    {
        try
        {
            var reader = new AsnReader(encoded, AsnEncodingRules.DER);
            AsnReader info = reader.ReadSequence();
            reader.ThrowIfNotEmpty();
            AsnReader algorithm = info.ReadSequence();
            string oid = algorithm.ReadObjectIdentifier();
            byte[] key = info.ReadBitString(out int unusedBits);
            info.ThrowIfNotEmpty();
            if (unusedBits != 0) return null;
            return oid switch
            {
                Oids.RsaEncryption or Oids.RsaOaep => TryParseRsa(encoded, key),
                Oids.EcPublicKey => TryParseEc(encoded, algorithm, key),
                _ => null,
            };
        }
        catch (AsnContentException)
        {
            return null;
        }
    }

    /// <summary>SHA-256 of the DER bytes.</summary>
    public Bytes32 Digest { get; }

    /// <summary>
    /// Checks a signature over a hash. False for a wrong signature, a key of another kind or a point off its curve. Thread safe.
    /// </summary>
    internal bool VerifyHash(SignatureScheme scheme, HashAlgorithmName hash, ReadOnlySpan<byte> digest, ReadOnlySpan<byte> signature, DSASignatureFormat ecdsaFormat)
    {
        if (Rsa is { } rsaKey ? scheme is not (SignatureScheme.RsaPkcs1 or SignatureScheme.RsaPss) || signature.Length != rsaKey.Modulus!.Length : scheme != SignatureScheme.Ecdsa) return false;
        try
        {
            AsymmetricAlgorithm key = Interlocked.Exchange(ref _imported, null) ?? Import();
            try
            {
                return key switch
                {
                    RSA rsa => rsa.VerifyHash(digest, signature, hash, scheme == SignatureScheme.RsaPss ? RSASignaturePadding.Pss : RSASignaturePadding.Pkcs1),
                    ECDsa ecdsa => ecdsa.VerifyHash(digest, signature, ecdsaFormat),
                    _ => throw new InvalidOperationException("A key is either RSA or elliptic curve."),
                };
            }
            finally
            {
                // One place: of two threads that used the key at once, the later one's copy stays.
                AsymmetricAlgorithm? spare = _keepsImported ? Interlocked.Exchange(ref _imported, key) : key;
                spare?.Dispose();
            }
        }
        catch (CryptographicException)
        {
            // A key that the provider refuses (a point off its curve, an even modulus) signs nothing.
            return false;
        }
    }

    /// <summary>Keeps the platform's form of the key from now on: making it costs more than a signature does, by far for P-384.</summary>
    internal void KeepImportedKey() => _keepsImported = true;

    private AsymmetricAlgorithm Import() => Rsa is { } rsa ? RSA.Create(rsa) : EcKeyImport.Import(this);

    private static PublicKeyInfo? TryParseRsa(ReadOnlyMemory<byte> encoded, byte[] key)
    {
        var reader = new AsnReader(key, AsnEncodingRules.DER);
        AsnReader rsa = reader.ReadSequence();
        reader.ThrowIfNotEmpty();
        ReadOnlySpan<byte> modulus = Unsigned(rsa.ReadIntegerBytes().Span);
        ReadOnlySpan<byte> exponent = Unsigned(rsa.ReadIntegerBytes().Span);
        rsa.ThrowIfNotEmpty();
        // Under exponent 1 everything is signed; even numbers make no RSA key.
        bool exponentFits = exponent.Length is > 0 and <= 4 && exponent is not [1] && (exponent[^1] & 1) == 1;
        return modulus.Length is < RsaBytesMin or > RsaBytesMax || (modulus[^1] & 1) == 0 || !exponentFits
            ? null
            : new PublicKeyInfo(encoded, new RSAParameters { Modulus = modulus.ToArray(), Exponent = exponent.ToArray() }, null);
    }

    private static PublicKeyInfo? TryParseEc(ReadOnlyMemory<byte> encoded, AsnReader algorithm, byte[] key)
    {
        string curve = algorithm.ReadObjectIdentifier();
        algorithm.ThrowIfNotEmpty();
        int size = (CurveSizeBits(curve) + 7) / 8;
        // SEC 1 section 2.3.3: uncompressed points only.
        if (size == 0 || key.Length != 1 + 2 * size || key[0] != 4) return null;
        return new PublicKeyInfo(encoded, null, new ECParameters
        {
            Curve = ECCurve.CreateFromValue(curve),
            Q = new ECPoint { X = key[1..(1 + size)], Y = key[(1 + size)..] },
        });
    }

    // A negative number has no size here: what comes out is empty.
    private static ReadOnlySpan<byte> Unsigned(ReadOnlySpan<byte> integer) => integer switch
    {
        [0, .. var rest] => rest,
        [< 0x80, ..] => integer,
        _ => default,
    };

    private static int CurveSizeBits(string curve) => curve switch
    {
        Oids.P256 => 256,
        Oids.P384 => 384,
        Oids.P521 => 521,
        _ => 0,
    };
}
