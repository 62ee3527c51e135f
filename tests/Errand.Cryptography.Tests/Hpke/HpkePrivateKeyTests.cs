namespace Errand.Cryptography.Tests;

public sealed class HpkePrivateKeyTests
{
    [Theory]
    [InlineData(HpkeKem.X25519HkdfSha256)]
    [InlineData(HpkeKem.XWing)]
    public void An_exported_seed_gives_the_same_key(HpkeKem kem)
    {
        var suite = HpkeSuite.Create(kem, HpkeAead.Aes256Gcm);
        using var key = HpkePrivateKey.Generate(suite);
        using var again = HpkePrivateKey.FromSeed(suite, key.DangerousExportSeed());
        Assert.Equal(key.PublicKey, again.PublicKey);
        Assert.True(Hpke.TryOpen(again, [], [], Hpke.Seal(key.PublicKey, [], [], [42]), out byte[]? opened));
        Assert.Equal([42], opened);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(31)]
    [InlineData(33)]
    public void A_seed_of_another_length_throws(int length) =>
        Assert.Throws<ArgumentException>(() => HpkePrivateKey.FromSeed(HpkeSuite.Default, new byte[length]));

    [Fact]
    public void A_disposed_key_neither_opens_nor_exports()
    {
        var key = HpkePrivateKey.Generate(HpkeSuite.Default);
        byte[] message = Hpke.Seal(key.PublicKey, [], [], []);
        key.Dispose();
        Assert.Throws<ObjectDisposedException>(() => Hpke.TryOpen(key, [], [], message, out _));
        Assert.Throws<ObjectDisposedException>(key.DangerousExportSeed);
    }

    [Fact]
    public void Text_shows_no_secret()
    {
        using var key = HpkePrivateKey.FromSeed(HpkeSuite.Default, Convert.FromHexString("00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"));
        Assert.StartsWith("HpkePrivateKey of HpkePublicKey XWing, HkdfSha256, Aes256Gcm ", key.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("0011223344", key.ToString(), StringComparison.Ordinal);
    }
}
