using System.Security.Cryptography;
using Errand.Attestation;
using Errand.Tpm;

namespace Errand.Platform;

/// <summary>An object in a development TPM: the endorsement key, an attestation key, or a sealed secret.</summary>
/// <param name="Public">TPMT_PUBLIC.</param>
/// <param name="Private">PKCS#8 of an attestation key, or the sealed secret; empty for the endorsement key, which the TPM holds itself.</param>
/// <param name="Policy">The policy that its use needs; empty when an empty authorisation value will do.</param>
internal sealed record DevelopmentTpmObject(byte[] Public, byte[] Private, byte[] Policy)
{
    private const int NonceSize = 12, TagSize = 16;

    /// <summary>nameAlg ‖ H(public area); all objects here are named with SHA-256.</summary>
    public byte[] Name => [0x00, 0x0B, .. SHA256.HashData(Public)];

    public bool IsEndorsementKey => Private.Length == 0;

    public bool IsSealed => Public is [0x00, 0x08, ..];

    /// <summary>The object for outside: what is private is encrypted, and bound to what is public.</summary>
    public byte[] Wrap(ReadOnlySpan<byte> key)
    {
        byte[] nonce = RandomNumberGenerator.GetBytes(NonceSize);
        var tag = new byte[TagSize];
        var ciphertext = new byte[Private.Length];
        using var aead = new AesGcm(key, TagSize);
        aead.Encrypt(nonce, Private, ciphertext, tag, Public);
        return [.. nonce, .. tag, .. ciphertext];
    }

    /// <summary>Reads what <see cref="Wrap"/> made with the same key; null for anything else.</summary>
    public static byte[]? Unwrap(ReadOnlySpan<byte> key, ReadOnlySpan<byte> wrapped, ReadOnlySpan<byte> publicArea)
    {
        if (wrapped.Length <= NonceSize + TagSize) return null;
        var plain = new byte[wrapped.Length - NonceSize - TagSize];
        using var aead = new AesGcm(key, TagSize);
        try
        {
            aead.Decrypt(wrapped[..NonceSize], wrapped[(NonceSize + TagSize)..], wrapped.Slice(NonceSize, TagSize), plain, publicArea);
            return plain;
        }
        catch (AuthenticationTagMismatchException)
        {
            return null;
        }
    }

    /// <summary>Signs with an attestation key's own scheme: TPMT_SIGNATURE.</summary>
    public byte[] Sign(byte[] message)
    {
        if (Public is [0x00, 0x23, ..])
        {
            using var key = ECDsa.Create();
            key.ImportPkcs8PrivateKey(Private, out _);
            return TpmtSignature.EncodeEcdsa(TpmAlgorithm.Sha256, key.SignData(message, HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation));
        }
        using var rsa = RSA.Create();
        rsa.ImportPkcs8PrivateKey(Private, out _);
        return new TpmWriter().Algorithm(TpmAlgorithm.RsaSsa).Algorithm(TpmAlgorithm.Sha256).Sized(rsa.SignData(message, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)).ToArray();
    }

    /// <summary>Makes an attestation key of one of the node's two templates; null for another template.</summary>
    public static DevelopmentTpmObject? CreateAttestationKey(ReadOnlySpan<byte> template)
    {
        if (template.SequenceEqual(TpmKeyTemplates.AttestationKey(TpmAlgorithm.Ecc)))
        {
            using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
            ECPoint point = key.ExportParameters(includePrivateParameters: false).Q;
            // The template ends with two empty coordinates.
            return new DevelopmentTpmObject(new TpmWriter().Bytes(template[..^4]).Sized(point.X).Sized(point.Y).ToArray(), key.ExportPkcs8PrivateKey(), []);
        }
        if (!template.SequenceEqual(TpmKeyTemplates.AttestationKey(TpmAlgorithm.Rsa))) return null;
        using var rsa = RSA.Create(2048);
        byte[] modulus = rsa.ExportParameters(includePrivateParameters: false).Modulus!;
        return new DevelopmentTpmObject(new TpmWriter().Bytes(template[..^2]).Sized(modulus).ToArray(), rsa.ExportPkcs8PrivateKey(), []);
    }

    /// <summary>Makes a sealed secret; null for another template than the node's.</summary>
    public static DevelopmentTpmObject? CreateSealed(ReadOnlySpan<byte> template, ReadOnlySpan<byte> secret)
    {
        const int PolicySize = 32;
        if (template.Length < PolicySize + 14 || ReadPolicy(template) is not { Length: PolicySize } policy || !template.SequenceEqual(TpmKeyTemplates.SealedSecret(policy))) return null;
        // What makes the Name unpredictable: H(obfuscation value ‖ secret), here of fresh random bytes.
        byte[] unique = SHA256.HashData([.. RandomNumberGenerator.GetBytes(PolicySize), .. secret]);
        return new DevelopmentTpmObject(new TpmWriter().Bytes(template[..^2]).Sized(unique).ToArray(), secret.ToArray(), policy);
    }

    /// <summary>The policy in a public area: after type, nameAlg and attributes.</summary>
    public static byte[] ReadPolicy(ReadOnlySpan<byte> publicArea)
    {
        var reader = new TpmReader(publicArea);
        reader.Bytes(8);
        return reader.Sized(64).ToArray();
    }
}
