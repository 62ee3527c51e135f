using System.Security.Cryptography;

namespace Errand.Attestation;

/// <summary>The public key that a quote is checked with, from a public area or a SubjectPublicKeyInfo.</summary>
public sealed class TpmKey
{
    private readonly PublicKeyInfo _key;
    private readonly TpmAlgorithm? _scheme;
    private readonly TpmAlgorithm? _hash;

    private TpmKey(PublicKeyInfo key, TpmAlgorithm? scheme, TpmAlgorithm? hash)
    {
        // One key checks many quotes.
        key.KeepImportedKey();
        _key = key;
        _scheme = scheme;
        _hash = hash;
    }

    /// <summary>A key known only by its SubjectPublicKeyInfo: any scheme that fits it may sign, with any hash, SHA-1 too. Attributes cannot be checked: for published vectors, not for evidence.</summary>
    public static TpmKey FromSubjectPublicKeyInfo(PublicKeyInfo key) => new(key, null, null);

    /// <summary>The key of a public area, with the one scheme and hash that the area allows; null when it is no signing key.</summary>
    public static TpmKey? FromPublicArea(TpmtPublic publicArea)
    {
        ArgumentNullException.ThrowIfNull(publicArea);
        return publicArea is { Scheme: TpmAlgorithm.RsaSsa or TpmAlgorithm.RsaPss or TpmAlgorithm.EcDsa, PublicKey: { } key }
            ? new TpmKey(key, publicArea.Scheme, publicArea.SchemeHash)
            : null;
    }

    /// <summary>Checks a signature over a message. False for a wrong signature and for another scheme or hash than the key's own.</summary>
    public bool Verify(ReadOnlySpan<byte> message, TpmtSignature signature)
    {
        ArgumentNullException.ThrowIfNull(signature);
        if ((_scheme is { } scheme && scheme != signature.Scheme) || (_hash is { } hash && hash != signature.Hash)) return false;
        HashAlgorithmName hashName = signature.Hash.ToHashName() ?? throw new ArgumentException("A signature without a hash.", nameof(signature));
        byte[] digest = CryptographicOperations.HashData(hashName, message);
        if (signature.Scheme != TpmAlgorithm.EcDsa)
        {
            bool isPss = signature.Scheme == TpmAlgorithm.RsaPss;
            if (_key.VerifyHash(isPss ? SignatureScheme.RsaPss : SignatureScheme.RsaPkcs1, hashName, digest, signature.First.Span, DSASignatureFormat.IeeeP1363FixedFieldConcatenation)) return true;
            // Which salt a TPM takes depends on its age, and nothing says it.
            return isPss && _key.Rsa is { } rsa && RsaPssAnySalt.Verify(rsa, hashName, digest, signature.First.Span);
        }
        return ToFixedSize(signature) is { } fixedSize
            && _key.VerifyHash(SignatureScheme.Ecdsa, hashName, digest, fixedSize, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
    }

    // TPM2B_ECC_PARAMETER holds a number; TPMs may leave out its leading zeros (TPM 2.0 Part 2, section 11.2.5.1).
    private byte[]? ToFixedSize(TpmtSignature signature)
    {
        int size = (_key.KeySizeBits + 7) / 8;
        if (_key.Ec is null || signature.First.Length > size || signature.Second.Length > size) return null;
        var bytes = new byte[2 * size];
        signature.First.Span.CopyTo(bytes.AsSpan(size - signature.First.Length));
        signature.Second.Span.CopyTo(bytes.AsSpan(2 * size - signature.Second.Length));
        return bytes;
    }
}
