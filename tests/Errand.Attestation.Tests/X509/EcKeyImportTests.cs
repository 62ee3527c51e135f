using System.Security.Cryptography;

namespace Errand.Attestation.Tests;

/// <summary>The quick import gives the same keys as the slow one, and refuses the same points.</summary>
public sealed class EcKeyImportTests
{
    public static TheoryData<string> Curves { get; } = [Oids.P256, Oids.P384, Oids.P521];

    [Theory]
    [MemberData(nameof(Curves))]
    public void Imported_key_verifies_what_its_owner_signed(string curve)
    {
        using var owner = ECDsa.Create(ECCurve.CreateFromValue(curve));
        byte[] digest = SHA384.HashData("message"u8);
        PublicKeyInfo key = PublicKeyInfo.TryParse(owner.ExportSubjectPublicKeyInfo())!;
        using ECDsa imported = EcKeyImport.Import(key);
        Assert.Equal(owner.ExportSubjectPublicKeyInfo(), imported.ExportSubjectPublicKeyInfo());
        byte[] signature = owner.SignHash(digest);
        Assert.True(Verify(key, digest, signature));
        signature[^1] ^= 1;
        Assert.False(Verify(key, digest, signature));
    }

    [Theory]
    [MemberData(nameof(Curves))]
    public void Point_off_its_curve_or_beyond_its_field_signs_nothing(string curve)
    {
        using var owner = ECDsa.Create(ECCurve.CreateFromValue(curve));
        byte[] digest = SHA384.HashData("message"u8);
        byte[] signature = owner.SignHash(digest);
        byte[] spki = owner.ExportSubjectPublicKeyInfo();
        int size = owner.ExportParameters(false).Q.X!.Length;
        byte[][] broken = [[.. spki], [.. spki], [.. spki]];
        broken[0][^1] ^= 1;
        broken[1].AsSpan(spki.Length - 2 * size).Fill(0xFF);
        broken[2].AsSpan(spki.Length - 2 * size).Clear();
        foreach (byte[] encoded in broken)
        {
            PublicKeyInfo key = PublicKeyInfo.TryParse(encoded)!;
            Assert.False(Verify(key, digest, signature));
            Assert.ThrowsAny<CryptographicException>(() => EcKeyImport.Import(key).ExportParameters(false));
        }
    }

    private static bool Verify(PublicKeyInfo key, byte[] digest, byte[] signature) =>
        key.VerifyHash(SignatureScheme.Ecdsa, HashAlgorithmName.SHA384, digest, signature, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
}
