using System.Formats.Asn1;

namespace Errand.Attestation;

/// <summary>The public area of an RSA or ECC key: TPMT_PUBLIC (TPM 2.0 Part 2, section 12.2.4).</summary>
/// <remarks>
/// <code>
/// type (2)  nameAlg (2)  objectAttributes (4)  authPolicy (TPM2B)
/// RSA: symmetric, scheme, keyBits (2), exponent (4, 0 = 65537)     unique: modulus (TPM2B)
/// ECC: symmetric, scheme, curveID (2), kdf                         unique: x, y (TPM2B each)
/// symmetric: algorithm (2) [keyBits (2), mode (2)]    scheme: algorithm (2) [hash (2)]
/// </code>
/// </remarks>
public sealed class TpmtPublic
{
    /// <summary>TPM_ECC_NIST_P256.</summary>
    public const ushort CurveP256 = 0x0003;

    /// <summary>TPM_ECC_NIST_P384.</summary>
    public const ushort CurveP384 = 0x0004;

    /// <summary>TPM_ECC_NIST_P521.</summary>
    public const ushort CurveP521 = 0x0005;

    private const int RsaSizeMax = 512;
    private const int EccSizeMax = 66;
    private const uint DefaultExponent = 65537;

    private TpmtPublic(byte[] encoded) => Encoded = encoded;

    /// <summary>The bytes as received, without a size in front.</summary>
    public ReadOnlyMemory<byte> Encoded { get; }

    /// <summary>RSA or ECC.</summary>
    public TpmAlgorithm Type { get; private init; }

    /// <summary>The hash that makes the Name.</summary>
    public TpmAlgorithm NameAlgorithm { get; private init; }

    /// <summary>Attributes.</summary>
    public TpmObjectAttributes Attributes { get; private init; }

    /// <summary>Policy digest, or empty.</summary>
    public ReadOnlyMemory<byte> AuthPolicy { get; private init; }

    /// <summary>Symmetric algorithm of a storage key, else Null.</summary>
    public TpmAlgorithm Symmetric { get; private init; }

    /// <summary>Key bits of the symmetric algorithm, else 0.</summary>
    public ushort SymmetricKeyBits { get; private init; }

    /// <summary>Mode of the symmetric algorithm, else Null.</summary>
    public TpmAlgorithm SymmetricMode { get; private init; }

    /// <summary>Signing scheme, or Null.</summary>
    public TpmAlgorithm Scheme { get; private init; }

    /// <summary>Hash of the scheme, or Null.</summary>
    public TpmAlgorithm SchemeHash { get; private init; }

    /// <summary>RSA key bits, or 0.</summary>
    public ushort RsaKeyBits { get; private init; }

    /// <summary>RSA exponent as stored, 0 standing for 65537.</summary>
    public uint RsaExponent { get; private init; }

    /// <summary>TPM_ECC_CURVE, or 0.</summary>
    public ushort Curve { get; private init; }

    /// <summary>Key derivation scheme of an ECC key, or Null.</summary>
    public TpmAlgorithm Kdf { get; private init; }

    /// <summary>RSA modulus, or the point's x.</summary>
    public ReadOnlyMemory<byte> UniqueFirst { get; private init; }

    /// <summary>Empty, or the point's y.</summary>
    public ReadOnlyMemory<byte> UniqueSecond { get; private init; }

    /// <summary>The Name: nameAlg ‖ H(public area) (TPM 2.0 Part 1, section 16).</summary>
    public byte[] Name => [(byte)((ushort)NameAlgorithm >> 8), (byte)((ushort)NameAlgorithm & 0xFF), .. NameAlgorithm.Hash(Encoded.Span)];

    /// <summary>The key as a SubjectPublicKeyInfo; null for a curve or size not supported.</summary>
    public PublicKeyInfo? PublicKey => PublicKeyInfo.TryParse(EncodeSubjectPublicKeyInfo());

    /// <summary>Reads a TPMT_PUBLIC; null for another type, an unknown scheme, or anything left over.</summary>
    public static TpmtPublic? TryParse(ReadOnlySpan<byte> bytes)
    {
        byte[] own = bytes.ToArray();
        var reader = new TpmReader(own);
        TpmAlgorithm type = reader.Algorithm();
        TpmAlgorithm nameAlgorithm = reader.Algorithm();
        var attributes = (TpmObjectAttributes)reader.UInt32();
        byte[] policy = reader.Sized(64).ToArray();
        if (reader.Failed || nameAlgorithm.ToHashName() is null || type is not (TpmAlgorithm.Rsa or TpmAlgorithm.Ecc)) return null;
        bool isRsa = type == TpmAlgorithm.Rsa;

        TpmAlgorithm symmetric = reader.Algorithm();
        if (symmetric is not (TpmAlgorithm.Null or TpmAlgorithm.Aes)) return null;
        ushort symmetricBits = symmetric == TpmAlgorithm.Null ? (ushort)0 : reader.UInt16();
        TpmAlgorithm mode = symmetric == TpmAlgorithm.Null ? TpmAlgorithm.Null : reader.Algorithm();

        TpmAlgorithm scheme = reader.Algorithm();
        if (!(scheme == TpmAlgorithm.Null || (isRsa ? scheme is TpmAlgorithm.RsaSsa or TpmAlgorithm.RsaPss : scheme == TpmAlgorithm.EcDsa))) return null;
        TpmAlgorithm schemeHash = scheme == TpmAlgorithm.Null ? TpmAlgorithm.Null : reader.Algorithm();
        ushort keyBitsOrCurve = reader.UInt16();
        uint exponent = isRsa ? reader.UInt32() : 0;
        TpmAlgorithm kdf = isRsa ? TpmAlgorithm.Null : reader.Algorithm();
        if (kdf != TpmAlgorithm.Null) return null;
        byte[] first = reader.Sized(isRsa ? RsaSizeMax : EccSizeMax).ToArray();
        byte[] second = isRsa ? [] : reader.Sized(EccSizeMax).ToArray();
        if (!reader.AtEnd || (isRsa && first.Length * 8 != keyBitsOrCurve)) return null;
        return new TpmtPublic(own)
        {
            Type = type,
            NameAlgorithm = nameAlgorithm,
            Attributes = attributes,
            AuthPolicy = policy,
            Symmetric = symmetric,
            SymmetricKeyBits = symmetricBits,
            SymmetricMode = mode,
            Scheme = scheme,
            SchemeHash = schemeHash,
            RsaKeyBits = isRsa ? keyBitsOrCurve : (ushort)0,
            RsaExponent = exponent,
            Curve = isRsa ? (ushort)0 : keyBitsOrCurve,
            Kdf = kdf,
            UniqueFirst = first,
            UniqueSecond = second,
        };
    }

    /// <summary>Reads a TPM2B_PUBLIC: two bytes of size, then exactly one TPMT_PUBLIC.</summary>
    public static TpmtPublic? TryParseSized(ReadOnlySpan<byte> bytes)
    {
        var reader = new TpmReader(bytes);
        ReadOnlySpan<byte> inner = reader.Sized(ushort.MaxValue);
        return reader.AtEnd ? TryParse(inner) : null;
    }

    /// <summary>TPM2B_PUBLIC: the area with its size in front.</summary>
    public byte[] ToSized() => new TpmWriter().Sized(Encoded.Span).ToArray();

    private byte[] EncodeSubjectPublicKeyInfo()
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            using (writer.PushSequence())
            {
                writer.WriteObjectIdentifier(Type == TpmAlgorithm.Rsa ? Oids.RsaEncryption : Oids.EcPublicKey);
                if (Type == TpmAlgorithm.Rsa) writer.WriteNull();
                else writer.WriteObjectIdentifier(Curve switch { CurveP384 => Oids.P384, CurveP521 => Oids.P521, _ => Oids.P256 });
            }
            writer.WriteBitString(Type == TpmAlgorithm.Rsa ? EncodeRsaKey() : EncodePoint());
        }
        return writer.Encode();
    }

    private byte[] EncodeRsaKey()
    {
        var key = new AsnWriter(AsnEncodingRules.DER);
        using (key.PushSequence())
        {
            // A modulus of 2048 bits begins with a one bit; a shorter one is refused by the reader.
            key.WriteIntegerUnsigned(UniqueFirst.Span is [0, ..] or [] ? [1] : UniqueFirst.Span);
            key.WriteInteger(RsaExponent == 0 ? DefaultExponent : RsaExponent);
        }
        return key.Encode();
    }

    private byte[] EncodePoint()
    {
        int size = Curve switch { CurveP256 => 32, CurveP384 => 48, CurveP521 => 66, _ => 0 };
        // Coordinates may lack leading zeros; a curve that is not supported gives a point that the reader refuses.
        if (size == 0 || UniqueFirst.Length > size || UniqueSecond.Length > size) return [0];
        var point = new byte[1 + 2 * size];
        point[0] = 4;
        UniqueFirst.Span.CopyTo(point.AsSpan(1 + size - UniqueFirst.Length));
        UniqueSecond.Span.CopyTo(point.AsSpan(1 + 2 * size - UniqueSecond.Length));
        return point;
    }
}
