using System.Security.Cryptography;
using CsCheck;

namespace Errand.Attestation.Tests;

public sealed class CredentialTests
{
    private static readonly byte[] Name = [0, 0x0B, .. SHA256.HashData("a public area"u8)];

    [Fact]
    public void Credential_of_any_length_comes_back() => Gen.Select(Gen.Byte.Array[32], Gen.Byte.Array[1, 32]).Sample((seed, credential) =>
        CredentialProtection.Unwrap(seed, Name, CredentialProtection.Wrap(seed, Name, credential)).AsSpan().SequenceEqual(credential));

    [Fact]
    public void Every_flipped_bit_another_name_or_seed_gives_nothing()
    {
        byte[] seed = RandomNumberGenerator.GetBytes(32);
        byte[] blob = CredentialProtection.Wrap(seed, Name, new byte[32]);
        for (int bit = 0; bit < blob.Length * 8; bit++)
        {
            blob[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.Null(CredentialProtection.Unwrap(seed, Name, blob));
            blob[bit / 8] ^= (byte)(1 << (bit % 8));
        }
        Assert.NotNull(CredentialProtection.Unwrap(seed, Name, blob));
        Assert.Null(CredentialProtection.Unwrap(seed, [.. Name[..^1], 0], blob));
        Assert.Null(CredentialProtection.Unwrap(new byte[32], Name, blob));
        Assert.Null(CredentialProtection.Unwrap(seed, Name, blob.AsSpan(0, 34)));
        Assert.Null(CredentialProtection.Unwrap(seed, Name, []));
    }

    [Fact]
    public void Credential_of_a_wrong_length_is_not_wrapped()
    {
        Assert.Throws<ArgumentException>(() => CredentialProtection.Wrap(new byte[32], Name, []));
        Assert.Throws<ArgumentException>(() => CredentialProtection.Wrap(new byte[32], Name, new byte[33]));
    }

    [Fact]
    public void Oaep_with_a_label_comes_back_and_only_with_that_label() => Gen.Byte.Array[0, 190].Sample(message =>
    {
        byte[] padded = OaepSha256.Encode(message, "IDENTITY\0"u8, 256);
        return padded[0] == 0 && OaepSha256.Decode(padded, "IDENTITY\0"u8).AsSpan().SequenceEqual(message) && OaepSha256.Decode(padded, "IDENTITY"u8) is null;
    });

    [Fact]
    public void Oaep_without_a_label_is_that_of_the_platform()
    {
        using RSA key = RSA.Create(2048);
        byte[] message = RandomNumberGenerator.GetBytes(32);
        RSAParameters parameters = key.ExportParameters(true);
        var ciphertext = new System.Numerics.BigInteger(key.Encrypt(message, RSAEncryptionPadding.OaepSHA256), isUnsigned: true, isBigEndian: true);
        byte[] plain = System.Numerics.BigInteger.ModPow(ciphertext, new(parameters.D, true, true), new(parameters.Modulus, true, true)).ToByteArray(true, true);
        Assert.Equal(message, OaepSha256.Decode([.. new byte[256 - plain.Length], .. plain], []));
    }

    [Fact]
    public void Oaep_refuses_what_does_not_fit()
    {
        Assert.Throws<ArgumentException>(() => OaepSha256.Encode(new byte[191], [], 256));
        Assert.Null(OaepSha256.Decode(new byte[65], []));
        Assert.Null(OaepSha256.Decode(new byte[256], []));
    }

    [Fact]
    public void Challenge_for_a_key_that_is_none_is_not_made()
    {
        byte[] zeroModulus = EkTemplates.Encode(EkTemplate.RsaL1, new byte[256], []);
        Assert.Null(MakeCredential.Create(TpmtPublic.TryParse(zeroModulus)!, Name, new byte[32]));
        byte[] offCurve = EkTemplates.Encode(EkTemplate.EccL2, Enumerable.Repeat((byte)1, 32).ToArray(), Enumerable.Repeat((byte)2, 32).ToArray());
        Assert.Null(MakeCredential.Create(TpmtPublic.TryParse(offCurve)!, Name, new byte[32]));
        TpmtPublic attestationKey = TpmtPublic.TryParseSized(Corpus.File("tpm", "simulator-rsa-tpm2b", "ak-public.tpm2b"))!;
        Assert.Null(MakeCredential.Create(attestationKey, Name, new byte[32]));
    }
}
