using System.Formats.Asn1;
using System.Security.Cryptography;

namespace Errand.Attestation;

/// <summary>
/// A SubjectPublicKeyInfo (RFC 5280 section 4.1.2.7) with an RSA key of 2048 to 4096 bits or a point on P-256, P-384 or P-521.
/// Read by hand because platforms refuse RSA keys labelled id-RSAES-OAEP, which TPM manufacturers put into EK certificates.
/// </summary>
public sealed class PublicKeyInfo
{
    private const int RsaBytesMin = 256;
    private const int RsaBytesMax = 512;

    private PublicKeyInfo(ReadOnlyMemory<byte> encoded, RSAParameters? rsa, ECParameters? ec)
    {
        Encoded = encoded;
        Rsa = rsa;
        Ec = ec;
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

    /// <summary>Checks a signature over a hash. False for a wrong signature, a key of another kind or a point off its curve.</summary>
    internal bool VerifyHash(SignatureScheme scheme, HashAlgorithmName hash, ReadOnlySpan<byte> digest, ReadOnlySpan<byte> signature, DSASignatureFormat ecdsaFormat)
    {
        try
        {
            if (Rsa is { } rsaKey && scheme is SignatureScheme.RsaPkcs1 or SignatureScheme.RsaPss)
            {
                if (signature.Length != rsaKey.Modulus!.Length) return false;
                using var rsa = RSA.Create(rsaKey);
                return rsa.VerifyHash(digest, signature, hash, scheme == SignatureScheme.RsaPss ? RSASignaturePadding.Pss : RSASignaturePadding.Pkcs1);
            }

            if (Ec is null || scheme != SignatureScheme.Ecdsa) return false;
            using ECDsa ecdsa = EcKeyImport.Import(this);
            return ecdsa.VerifyHash(digest, signature, ecdsaFormat);
        }
        catch (CryptographicException)
        {
            // A key that the provider refuses (a point off its curve, an even modulus) signs nothing.
            return false;
        }
    }

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
