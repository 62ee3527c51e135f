using System.Numerics;
using System.Security.Cryptography;

namespace Errand.Attestation;

/// <summary>
/// TPM2_MakeCredential done in software (TPM 2.0 Part 1, section 24): a secret for whoever holds the endorsement key and, in the same
/// TPM, the key with a given Name.
/// </summary>
public static class MakeCredential
{
    private const int PointSize = 32;

    /// <summary>Makes a challenge for a secret of 1 to 32 bytes; null when the EK is of neither template L-1 nor L-2, or its point is not on the curve.</summary>
    public static CredentialChallenge? Create(TpmtPublic endorsementKey, ReadOnlySpan<byte> attestationKeyName, ReadOnlySpan<byte> secret)
    {
        ArgumentNullException.ThrowIfNull(endorsementKey);
        byte[] seed = new byte[CredentialProtection.SeedSize];
        try
        {
            byte[]? encryptedSeed = EkTemplates.Recognise(endorsementKey) switch
            {
                EkTemplate.RsaL1 => EncryptSeed(endorsementKey, seed),
                EkTemplate.EccL2 => AgreeSeed(endorsementKey, seed),
                _ => null,
            };
            return encryptedSeed is null ? null : new CredentialChallenge(CredentialProtection.Wrap(seed, attestationKeyName, secret), encryptedSeed);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(seed);
        }
    }

    // RSAES-OAEP with a label (Part 1, annex B.10.4). RSAEP itself by BigInteger, as the BCL has no unpadded RSA: the input is random
    // padding over a seed used once, and the exponent is public.
    private static byte[]? EncryptSeed(TpmtPublic key, Span<byte> seed)
    {
        // A modulus of full length, and so not zero.
        if (key.PublicKey is null) return null;
        RandomNumberGenerator.Fill(seed);
        int size = key.UniqueFirst.Length;
        byte[] padded = OaepSha256.Encode(seed, "IDENTITY\0"u8, size);
        try
        {
            var modulus = new BigInteger(key.UniqueFirst.Span, isUnsigned: true, isBigEndian: true);
            var result = BigInteger.ModPow(new BigInteger(padded, isUnsigned: true, isBigEndian: true), 65537, modulus);
            byte[] bytes = result.ToByteArray(isUnsigned: true, isBigEndian: true);
            return [.. new byte[size - bytes.Length], .. bytes];
        }
        finally
        {
            CryptographicOperations.ZeroMemory(padded);
        }
    }

    // One-pass ECDH with a fresh key (Part 1, annex C.6.1); what travels is its point.
    private static byte[]? AgreeSeed(TpmtPublic key, Span<byte> seed)
    {
        if (key.PublicKey?.Ec is not { } parameters) return null;
        byte[]? z = null;
        try
        {
            using var peer = ECDiffieHellman.Create(parameters);
            using var ephemeral = ECDiffieHellman.Create(ECCurve.NamedCurves.nistP256);
            z = ephemeral.DeriveRawSecretAgreement(peer.PublicKey);
            ECPoint point = ephemeral.ExportParameters(includePrivateParameters: false).Q;
            TpmKdf.KdfE(TpmAlgorithm.Sha256, z, CredentialProtection.IdentityLabel, point.X, key.UniqueFirst.Span[..PointSize], seed.Length).CopyTo(seed);
            return new TpmWriter().Sized(point.X).Sized(point.Y).ToArray();
        }
        catch (CryptographicException)
        {
            // The provider refuses points that are not on the curve.
            return null;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(z);
        }
    }
}
