using CsCheck;

namespace Errand.Cryptography.Tests;

public sealed class HpkePublicKeyTests
{
    /// <summary>The u-coordinates of small order on Curve25519 (RFC 7748 section 6.1 and its public list): 0, 1, two of order 8, p−1, p, p+1.</summary>
    internal static readonly byte[][] SmallOrder =
    [
        new byte[32],
        [1, .. new byte[31]],
        Convert.FromHexString("e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800"),
        Convert.FromHexString("5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157"),
        Convert.FromHexString("ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f"),
        Convert.FromHexString("edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f"),
        Convert.FromHexString("eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f"),
    ];

    private static readonly HpkeSuite Classic = HpkeSuite.Create(HpkeKem.X25519HkdfSha256, HpkeAead.Aes256Gcm);

    [Theory]
    [InlineData(HpkeKem.X25519HkdfSha256, 38)]
    [InlineData(HpkeKem.XWing, 1222)]
    public void A_key_survives_its_encoding(HpkeKem kem, int length)
    {
        using var key = HpkePrivateKey.Generate(HpkeSuite.Create(kem, HpkeAead.ChaCha20Poly1305));
        byte[] encoded = key.PublicKey.Encode();
        HpkePublicKey? parsed = HpkePublicKey.TryParse(encoded);
        Assert.Equal(length, encoded.Length);
        Assert.Equal(key.PublicKey, parsed);
        Assert.Equal(key.PublicKey.GetHashCode(), parsed!.GetHashCode());
        Assert.Equal(encoded, parsed.Encode());
    }

    [Fact]
    public void The_default_suite_is_written_as_its_three_IANA_numbers()
    {
        using var key = HpkePrivateKey.Generate(HpkeSuite.Default);
        Assert.Equal("647a00010002", Convert.ToHexStringLower(key.PublicKey.Encode().AsSpan(0, 6)));
    }

    [Fact]
    public void Keys_of_different_suites_differ()
    {
        using var one = HpkePrivateKey.FromSeed(Classic, new byte[32]);
        using var two = HpkePrivateKey.FromSeed(HpkeSuite.Create(HpkeKem.X25519HkdfSha256, HpkeAead.Aes128Gcm), new byte[32]);
        Assert.Equal(one.PublicKey.Key.ToArray(), two.PublicKey.Key.ToArray());
        Assert.NotEqual(one.PublicKey, two.PublicKey);
        Assert.False(one.PublicKey.Equals(null));
    }

    [Fact]
    public void Points_of_small_order_are_refused()
    {
        foreach (byte[] point in SmallOrder)
        {
            Assert.Null(HpkePublicKey.TryCreate(Classic, point));
            point[31] ^= 0x80;
            Assert.Null(HpkePublicKey.TryCreate(Classic, point));
            point[31] ^= 0x80;

            using var key = HpkePrivateKey.Generate(HpkeSuite.Default);
            byte[] hybrid = key.PublicKey.Key.ToArray();
            point.CopyTo(hybrid, 1184);
            Assert.Null(HpkePublicKey.TryCreate(HpkeSuite.Default, hybrid));
        }
    }

    [Fact]
    public void Encodings_that_are_not_canonical_are_refused()
    {
        for (int i = 0; i < 19; i++) Assert.Null(HpkePublicKey.TryCreate(Classic, NaivePoint.Number(NaivePoint.P + i)));
        Assert.NotNull(HpkePublicKey.TryCreate(Classic, [9, .. new byte[31]]));
        Assert.Null(HpkePublicKey.TryCreate(Classic, [9, .. new byte[30], 0x80]));
    }

    [Fact]
    public void An_ML_KEM_coefficient_at_the_modulus_is_refused()
    {
        using var key = HpkePrivateKey.Generate(HpkeSuite.Default);
        for (int coefficient = 0; coefficient < 768; coefficient++)
        {
            Assert.NotNull(HpkePublicKey.TryCreate(HpkeSuite.Default, WithCoefficient(key.PublicKey.Key, coefficient, 3328)));
            Assert.Null(HpkePublicKey.TryCreate(HpkeSuite.Default, WithCoefficient(key.PublicKey.Key, coefficient, 3329)));
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("002000010002")]
    [InlineData("0021000100020900000000000000000000000000000000000000000000000000000000000000")]
    [InlineData("0020000200020900000000000000000000000000000000000000000000000000000000000000")]
    [InlineData("0020000100040900000000000000000000000000000000000000000000000000000000000000")]
    [InlineData("00200001ffff0900000000000000000000000000000000000000000000000000000000000000")]
    [InlineData("00200001000209000000000000000000000000000000000000000000000000000000000000")]
    [InlineData("002000010002090000000000000000000000000000000000000000000000000000000000000000")]
    public void Unknown_suites_and_other_lengths_are_refused(string encoded)
    {
        Assert.NotNull(HpkePublicKey.TryParse(Convert.FromHexString("0020000100020900000000000000000000000000000000000000000000000000000000000000")));
        Assert.Null(HpkePublicKey.TryParse(Convert.FromHexString(encoded)));
    }

    [Fact]
    public void Random_bytes_never_throw() =>
        Gen.Byte.Array[0, HpkePublicKey.EncodedSizeMax + 2].Sample(bytes => HpkePublicKey.TryParse(bytes) is not { } key || key.Encode().AsSpan().SequenceEqual(bytes), iter: 2_000);

    private static byte[] WithCoefficient(ReadOnlySpan<byte> key, int index, int value)
    {
        byte[] altered = key.ToArray();
        int offset = index / 2 * 3;
        if (index % 2 == 0)
        {
            altered[offset] = (byte)(value & 0xFF);
            altered[offset + 1] = (byte)((altered[offset + 1] & 0xF0) | value >> 8);
        }
        else
        {
            altered[offset + 1] = (byte)((altered[offset + 1] & 0x0F) | (value & 0x0F) << 4);
            altered[offset + 2] = (byte)(value >> 4);
        }
        return altered;
    }
}
