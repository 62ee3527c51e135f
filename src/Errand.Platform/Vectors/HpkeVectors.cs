using System.Text.Json;
using Errand.Cryptography;

namespace Errand.Platform;

/// <summary>Cases of RFC 9180 appendix A: key pair, encapsulation, every listed sequence number, exports. Base mode is implemented.</summary>
internal static class HpkeVectors
{
    private const int SequenceMax = 1024;

    /// <summary>Runs all tests of a file; gives the reason when its suite or mode is not implemented.</summary>
    internal static string? Run(VectorCase vector, VectorTally tally)
    {
        using JsonDocument document = JsonDocument.Parse(vector.Find("vector") ?? throw new InvalidDataException("The case has no vector."));
        JsonElement test = document.RootElement;
        if (test.Number("mode") is var mode && mode != 0) return $"mode {mode} is not implemented; base mode is: senders are authenticated by signatures";
        var kem = (HpkeKem)test.Number("kem_id");
        var aead = (HpkeAead)test.Number("aead_id");
        if (kem != HpkeKem.X25519HkdfSha256 || !Enum.IsDefined(aead)) return $"KEM 0x{test.Number("kem_id"):x4} with AEAD 0x{test.Number("aead_id"):x4} is not implemented";
        var suite = HpkeSuite.Create(kem, aead);
        if ((int)suite.Kdf != test.Number("kdf_id")) return $"KDF 0x{test.Number("kdf_id"):x4} is not implemented";

        using var key = HpkePrivateKey.FromSeed(suite, test.Hex("ikmR"));
        tally.Count(key.PublicKey.Key.SequenceEqual(test.Hex("pkRm")), "pkRm");
        var shared = new byte[32];
        tally.Count(key.TryDecapsulate(test.Hex("enc"), shared) && shared.AsSpan().SequenceEqual(test.Hex("shared_secret")), "shared_secret");
        var enc = new byte[suite.EncSize];
        using HpkeContext sender = HpkeContext.SetupSender(key.PublicKey, test.Hex("info"), test.Hex("ikmE"), enc);
        tally.Count(enc.AsSpan().SequenceEqual(test.Hex("enc")), "enc");
        using HpkeContext? recipient = HpkeContext.TrySetupRecipient(key, test.Hex("info"), enc);
        tally.Count(recipient is not null, "recipient");
        if (recipient is null) return null;
        RunEncryptions(test, sender, recipient, tally);
        foreach (JsonElement export in test.GetProperty("exports").EnumerateArray())
        {
            var sent = new byte[export.Number("L")];
            var received = new byte[sent.Length];
            sender.Export(export.Hex("exporter_context"), sent);
            recipient.Export(export.Hex("exporter_context"), received);
            tally.Count(sent.AsSpan().SequenceEqual(export.Hex("exported_value")) && received.AsSpan().SequenceEqual(sent), $"export {export.Text("exporter_context")}");
        }
        return null;
    }

    private static void RunEncryptions(JsonElement test, HpkeContext sender, HpkeContext recipient, VectorTally tally)
    {
        var bySequence = test.GetProperty("encryptions").EnumerateArray().ToDictionary(encryption => encryption.Number("seq"));
        int last = bySequence.Count == 0 ? -1 : bySequence.Keys.Max();
        if (last > SequenceMax) throw new InvalidDataException($"Sequence number {last} is more than {SequenceMax}.");
        for (int sequence = 0; sequence <= last; sequence++)
        {
            // The file lists some numbers; the others are sealed and opened all the same, so that the count goes on.
            bool listed = bySequence.TryGetValue(sequence, out JsonElement encryption);
            byte[] aad = listed ? encryption.Hex("aad") : [];
            byte[] plaintext = listed ? encryption.Hex("pt") : [1];
            var message = new byte[plaintext.Length + HpkeContext.TagSize];
            sender.Seal(aad, plaintext, message);
            bool same = !listed || message.AsSpan().SequenceEqual(encryption.Hex("ct"));
            var opened = new byte[plaintext.Length];
            bool opens = recipient.TryOpen(aad, message, opened) && opened.AsSpan().SequenceEqual(plaintext);
            if (listed) tally.Count(same && opens, $"seq {sequence}");
        }
    }
}
