using CsCheck;

namespace Errand.Cryptography.Tests;

public sealed class SigningKeyTests
{
    [Fact]
    public void The_first_vector_of_RFC_8032_section_7_1_is_reproduced()
    {
        using var key = SigningKey.FromSeed(Convert.FromHexString("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60"));
        var signature = new byte[Ed25519.SignatureSize];
        key.Sign([], signature);
        Assert.Equal("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", key.PublicKey.ToString());
        Assert.Equal(
            "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
            Convert.ToHexStringLower(signature));
    }

    [Fact]
    public void What_a_key_signs_verifies_and_no_flipped_bit_does() =>
        Gen.Select(Gen.Byte.Array[SigningKey.SeedSize], Gen.Byte.Array[0, 300], Gen.Int[0, 511]).Sample((seed, message, bit) =>
        {
            using var key = SigningKey.FromSeed(seed);
            var signature = new byte[Ed25519.SignatureSize];
            key.Sign(message, signature);
            if (!Ed25519.Verify(key.PublicKey, message, signature)) return false;
            signature[bit / 8] ^= (byte)(1 << (bit % 8));
            return !Ed25519.Verify(key.PublicKey, message, signature);
        }, iter: 300);

    [Fact]
    public void An_exported_seed_gives_the_same_key()
    {
        using var key = SigningKey.Generate();
        using var again = SigningKey.FromSeed(key.DangerousExportSeed());
        Assert.Equal(key.PublicKey, again.PublicKey);
    }

    [Fact]
    public void Two_generated_keys_differ()
    {
        using var one = SigningKey.Generate();
        using var two = SigningKey.Generate();
        Assert.NotEqual(one.PublicKey, two.PublicKey);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(31)]
    [InlineData(33)]
    [InlineData(64)]
    public void A_seed_of_another_length_throws(int length) => Assert.Throws<ArgumentException>(() => SigningKey.FromSeed(new byte[length]));

    [Fact]
    public void A_signature_buffer_of_another_length_throws()
    {
        using var key = SigningKey.Generate();
        Assert.Throws<ArgumentException>(() => key.Sign([], new byte[63]));
    }

    [Fact]
    public void A_disposed_key_neither_signs_nor_exports()
    {
        var key = SigningKey.Generate();
        key.Dispose();
        Assert.Throws<ObjectDisposedException>(() => key.Sign([], new byte[64]));
        Assert.Throws<ObjectDisposedException>(key.DangerousExportSeed);
    }

    [Fact]
    public void Text_shows_the_public_key_only()
    {
        using var key = SigningKey.Generate();
        Assert.Equal($"SigningKey {key.PublicKey}", key.ToString());
    }
}
