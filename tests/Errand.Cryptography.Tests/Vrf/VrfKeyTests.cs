namespace Errand.Cryptography.Tests;

public sealed class VrfKeyTests
{
    [Fact]
    public void An_exported_seed_gives_the_same_key()
    {
        using var key = VrfKey.Generate();
        using var again = VrfKey.FromSeed(key.DangerousExportSeed());
        Assert.Equal(key.PublicKey, again.PublicKey);
        Assert.True(Vrf.IsValidKey(key.PublicKey));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(31)]
    [InlineData(33)]
    public void A_seed_of_another_length_throws(int length) => Assert.Throws<ArgumentException>(() => VrfKey.FromSeed(new byte[length]));

    [Theory]
    [InlineData(79)]
    [InlineData(81)]
    public void A_proof_buffer_of_another_length_throws(int length)
    {
        using var key = VrfKey.Generate();
        Assert.Throws<ArgumentException>(() => key.Prove([], new byte[length]));
    }

    [Fact]
    public void A_disposed_key_neither_proves_nor_exports()
    {
        var key = VrfKey.Generate();
        key.Dispose();
        Assert.Throws<ObjectDisposedException>(() => key.Prove([], new byte[Vrf.ProofSize]));
        Assert.Throws<ObjectDisposedException>(key.DangerousExportSeed);
    }

    [Fact]
    public void Text_shows_the_public_key_only()
    {
        using var key = VrfKey.Generate();
        Assert.Equal($"VrfKey {key.PublicKey}", key.ToString());
    }
}
