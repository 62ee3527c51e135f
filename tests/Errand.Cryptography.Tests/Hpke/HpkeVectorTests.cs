using System.Text.Json;

namespace Errand.Cryptography.Tests;

/// <summary>The vectors of RFC 9180 appendix A, in full: key pairs, encapsulation, every listed sequence number, exports.</summary>
public sealed class HpkeVectorTests
{
    public static MatrixTheoryData<string, string> Cases => new(["aes128gcm", "aes256gcm", "chacha20poly1305"], ["base", "psk", "auth", "auth-psk"]);

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_vector_of_RFC_9180_is_reproduced(string aead, string mode)
    {
        JsonElement vector = VectorFile.Read("hpke", $"x25519-hkdf-sha256-{aead}-{mode}", "vector.json");
        Assert.SkipUnless(vector.Number("mode") == 0, "Base mode alone is implemented: senders are authenticated by COSE signatures, so PSK and auth modes have no user here.");

        var suite = HpkeSuite.Create((HpkeKem)vector.Number("kem_id"), (HpkeAead)vector.Number("aead_id"));
        Assert.Equal(vector.Number("kdf_id"), (int)suite.Kdf);
        using var key = HpkePrivateKey.FromSeed(suite, vector.Hex("ikmR"));
        Assert.Equal(vector.Hex("pkRm"), key.PublicKey.Key.ToArray());

        var shared = new byte[32];
        Assert.True(key.TryDecapsulate(vector.Hex("enc"), shared));
        Assert.Equal(vector.Hex("shared_secret"), shared);

        var enc = new byte[suite.EncSize];
        using HpkeContext sender = HpkeContext.SetupSender(key.PublicKey, vector.Hex("info"), vector.Hex("ikmE"), enc);
        Assert.Equal(vector.Hex("enc"), enc);
        using HpkeContext? recipient = HpkeContext.TrySetupRecipient(key, vector.Hex("info"), enc);
        Assert.NotNull(recipient);
        CheckEncryptions(vector, sender, recipient);
        CheckExports(vector, sender, recipient);
    }

    private static void CheckEncryptions(JsonElement vector, HpkeContext sender, HpkeContext recipient)
    {
        var bySequence = vector.GetProperty("encryptions").EnumerateArray().ToDictionary(encryption => encryption.Number("seq"));
        Assert.Contains(256, bySequence.Keys);
        for (int sequence = 0; sequence <= bySequence.Keys.Max(); sequence++)
        {
            // The file lists some numbers; the others are sealed and opened all the same, so that the count goes on.
            bool listed = bySequence.TryGetValue(sequence, out JsonElement encryption);
            byte[] aad = listed ? encryption.Hex("aad") : [];
            byte[] plaintext = listed ? encryption.Hex("pt") : [1, 2, 3];
            var message = new byte[plaintext.Length + HpkeContext.TagSize];
            sender.Seal(aad, plaintext, message);
            if (listed) Assert.Equal(encryption.Hex("ct"), message);

            var opened = new byte[plaintext.Length];
            message[^1] ^= 1;
            Assert.False(recipient.TryOpen(aad, message, opened));
            message[^1] ^= 1;
            Assert.True(recipient.TryOpen(aad, message, opened));
            Assert.Equal(plaintext, opened);
        }
    }

    private static void CheckExports(JsonElement vector, HpkeContext sender, HpkeContext recipient)
    {
        int count = 0;
        foreach (JsonElement export in vector.GetProperty("exports").EnumerateArray())
        {
            var exported = new byte[export.Number("L")];
            sender.Export(export.Hex("exporter_context"), exported);
            Assert.Equal(export.Hex("exported_value"), exported);
            Array.Clear(exported);
            recipient.Export(export.Hex("exporter_context"), exported);
            Assert.Equal(export.Hex("exported_value"), exported);
            count++;
        }
        Assert.Equal(3, count);
    }
}
