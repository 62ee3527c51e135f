using CsCheck;

namespace Errand.Cryptography.Tests;

public sealed class HpkeTests
{
    private static readonly Gen<HpkeSuite> Suites = Gen.Select(
        Gen.Int[0, 1].Select(i => i == 0 ? HpkeKem.X25519HkdfSha256 : HpkeKem.XWing),
        Gen.Int[1, 3].Select(i => (HpkeAead)i),
        HpkeSuite.Create);

    [Fact]
    public void What_is_sealed_opens_in_every_suite() =>
        Gen.Select(Suites, Gen.Byte.Array[0, 40], Gen.Byte.Array[0, 40], Gen.Byte.Array[0, 400]).Sample((suite, info, aad, plaintext) =>
        {
            using var key = HpkePrivateKey.Generate(suite);
            byte[] message = Hpke.Seal(key.PublicKey, info, aad, plaintext);
            return message.Length == plaintext.Length + suite.Overhead
                && Hpke.TryOpen(key, info, aad, message, out byte[]? opened)
                && opened.AsSpan().SequenceEqual(plaintext);
        }, iter: 200);

    [Fact]
    public void Every_flipped_byte_and_every_cut_is_refused()
    {
        using var key = HpkePrivateKey.Generate(HpkeSuite.Create(HpkeKem.X25519HkdfSha256, HpkeAead.Aes256Gcm));
        byte[] message = Hpke.Seal(key.PublicKey, "info"u8, "aad"u8, "plaintext"u8);
        for (int i = 0; i < message.Length; i++)
        {
            // X25519 ignores the top bit of enc, yet enc enters the key schedule as it stands: this byte is covered as well.
            foreach (byte change in (byte[])[0x01, 0x80])
            {
                var altered = message.ToArray();
                altered[i] ^= change;
                Assert.False(Opens(key, altered), $"byte {i}");
            }
            Assert.False(Opens(key, message[..i]), $"cut at {i}");
        }
        Assert.False(Opens(key, [.. message, 0]));
        Assert.True(Opens(key, message));
    }

    [Fact]
    public void Random_changes_to_an_X_Wing_message_are_refused()
    {
        using var key = HpkePrivateKey.Generate(HpkeSuite.Default);
        byte[] message = Hpke.Seal(key.PublicKey, "info"u8, "aad"u8, "plaintext"u8);
        Gen.Select(Gen.Int[0, message.Length - 1], Gen.Byte[1, 255]).Sample((index, change) =>
        {
            var altered = message.ToArray();
            altered[index] ^= change;
            return !Opens(key, altered);
        }, iter: 500);
        Assert.True(Opens(key, message));
    }

    [Fact]
    public void Another_info_aad_key_or_suite_is_refused()
    {
        HpkeSuite suite = HpkeSuite.Default;
        using var key = HpkePrivateKey.Generate(suite);
        using var stranger = HpkePrivateKey.Generate(suite);
        byte[] seed = key.DangerousExportSeed();
        using var otherAead = HpkePrivateKey.FromSeed(HpkeSuite.Create(HpkeKem.XWing, HpkeAead.ChaCha20Poly1305), seed);
        byte[] message = Hpke.Seal(key.PublicKey, "info"u8, "aad"u8, "plaintext"u8);
        Assert.True(Hpke.TryOpen(key, "info"u8, "aad"u8, message, out _));
        Assert.False(Hpke.TryOpen(key, "other"u8, "aad"u8, message, out byte[]? nothing));
        Assert.Null(nothing);
        Assert.False(Hpke.TryOpen(key, "info"u8, "other"u8, message, out _));
        Assert.False(Hpke.TryOpen(stranger, "info"u8, "aad"u8, message, out _));
        Assert.False(Hpke.TryOpen(otherAead, "info"u8, "aad"u8, message, out _));
    }

    [Fact]
    public void Two_messages_share_no_encapsulated_key()
    {
        using var key = HpkePrivateKey.Generate(HpkeSuite.Default);
        Assert.NotEqual(Hpke.Seal(key.PublicKey, [], [], [])[..XWingKem.EncSize], Hpke.Seal(key.PublicKey, [], [], [])[..XWingKem.EncSize]);
    }

    [Fact]
    public void An_enc_of_small_order_is_refused()
    {
        using var key = HpkePrivateKey.Generate(HpkeSuite.Create(HpkeKem.X25519HkdfSha256, HpkeAead.Aes256Gcm));
        foreach (byte[] point in HpkePublicKeyTests.SmallOrder)
        {
            // Refused by the KEM itself: the secret would be all zero, so anybody could make a message whose tag holds.
            Assert.False(key.TryDecapsulate(point, new byte[32]));
            Assert.False(Opens(key, [.. point, .. new byte[20]]));
        }
    }

    [Fact]
    public void A_context_of_one_side_does_not_do_the_other_sides_work()
    {
        using var key = HpkePrivateKey.Generate(HpkeSuite.Default);
        var enc = new byte[XWingKem.EncSize];
        using HpkeContext sender = HpkeContext.SetupSender(key.PublicKey, [], new byte[64], enc);
        using HpkeContext? recipient = HpkeContext.TrySetupRecipient(key, [], enc);
        Assert.NotNull(recipient);
        Assert.Throws<InvalidOperationException>(() => recipient.Seal([], [], new byte[16]));
        Assert.Throws<InvalidOperationException>(() => sender.TryOpen([], new byte[16], []));
    }

    private static bool Opens(HpkePrivateKey key, byte[] message)
    {
        bool opened = Hpke.TryOpen(key, "info"u8, "aad"u8, message, out byte[]? plaintext);
        Assert.Equal(opened, plaintext is not null);
        return opened;
    }
}
