using System.Text;
using CsCheck;
using Errand.Cryptography;

namespace Errand.Ledger.Tests;

public sealed class SignedNoteTests
{
    private const string Text = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n";
    private const string Line = "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n";
    private const string OtherLine = "— EnochRoot rwz+eBzmZa0SO3NbfRGzPCpDckykFXSdeX+MNtCOXm2/5n2tiOHp+vAF1aGrQ5ovTG01oOTGwnWLox33WWd1RvMc+QQ=\n";

    [Fact]
    public void Published_note_verifies_and_is_written_back()
    {
        Assert.True(SignedNote.TryParse(Bytes(Text + "\n" + Line), out SignedNote? note));
        Assert.Equal(Text, note.Text);
        Assert.True(note.IsSignedBy(Published));
        Assert.Equal(Text + "\n" + Line, note.ToString());
    }

    [Fact]
    public void Signing_gives_the_published_note_byte_for_byte()
    {
        using SigningKey secret = VerifierKeyTests.PublishedSigningKey();
        Assert.Equal(Text + "\n" + Line, new NoteSigner("PeterNeumann", secret).Sign(Text).ToString());
    }

    [Fact]
    public void Note_of_the_specification_is_read()
    {
        const string note = "Ognuno sta solo sul cuor della terra\ntrafitto da un raggio di sole:\n\ned è subito sera.\n\n"
            + "— quasimodo.example/salvatore NnugSzTjtVAewIS+Z/iJhUPeFDkO/5QQ2i5ddnGITLlC+EhfLW9oJKONrMouFSQU0xMcXxj99ihAQwaqP3ZekRwNtIc=\n";
        Assert.True(SignedNote.TryParse(Bytes(note), out SignedNote? parsed));
        Assert.EndsWith(":\n\ned è subito sera.\n", parsed.Text, StringComparison.Ordinal);
        NoteSignature signature = Assert.Single(parsed.Signatures);
        Assert.Equal(("quasimodo.example/salvatore", 0x367BA04Bu, 64), (signature.Name, signature.KeyId, signature.Signature.Length));
        Assert.Equal(note, parsed.ToString());
    }

    [Fact]
    public void Signatures_of_unknown_keys_are_ignored_but_kept()
    {
        Assert.True(SignedNote.TryParse(Bytes(Text + "\n" + OtherLine + Line), out SignedNote? note));
        Assert.Equal(2, note.Signatures.Count);
        Assert.True(note.IsSignedBy(Published));
        Assert.True(SignedNote.TryParse(Bytes(Text + "\n" + OtherLine), out note));
        Assert.False(note.IsSignedBy(Published));
    }

    [Fact]
    public void A_key_of_the_same_name_or_the_same_id_is_another_key()
    {
        Assert.True(SignedNote.TryParse(Bytes(Text + "\n" + Line), out SignedNote? note));
        using var other = SigningKey.FromSeed(LedgerContract.Filled(32, 1));
        Assert.False(note.IsSignedBy(new VerifierKey("PeterNeumann", other.PublicKey)));
        Assert.False(note.IsSignedBy(new VerifierKey("EnochRoot", Published.Key)));
        Assert.True(SignedNote.TryParse(Bytes(Text + "\n" + Line.Replace("PeterNeumann", "EnochRoot", StringComparison.Ordinal)), out note));
        Assert.False(note.IsSignedBy(Published));
    }

    [Fact]
    public void One_wrong_signature_of_the_key_spoils_the_note()
    {
        string wrong = Line.Replace("nAM=", "nAQ=", StringComparison.Ordinal);
        Assert.True(SignedNote.TryParse(Bytes(Text + "\n" + Line + wrong), out SignedNote? note));
        Assert.False(note.IsSignedBy(Published));
    }

    [Theory]
    [InlineData("")]
    [InlineData("\n")]
    [InlineData(Text)]
    [InlineData(Text + "\n")]
    [InlineData(Text + Line)]
    [InlineData(Text + "\n" + "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=")] // no newline
    [InlineData(Text + "\n" + Line + "\n")]
    [InlineData(Text + "\n" + Line + "x\n")]
    [InlineData(Text + "\n" + Line + "\n" + "x\n")]
    [InlineData(Text + "\n" + "- PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n")]
    [InlineData(Text + "\n" + "—  x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n")] // no name
    [InlineData(Text + "\n" + "— Peter+Neumann x08go/ZJkuBS\n")]
    [InlineData(Text + "\n" + "— Peter\u00A0Neumann x08go/ZJkuBS\n")]
    [InlineData(Text + "\n" + "— PeterNeumann\n")]
    [InlineData(Text + "\n" + "— PeterNeumann \n")]
    [InlineData(Text + "\n" + "— PeterNeumann  x08go/ZJkuBS\n")] // two spaces
    [InlineData(Text + "\n" + "— PeterNeumann x08go/ZJkuBS \n")]
    [InlineData(Text + "\n" + "— PeterNeumann x08go/Z JkuBS\n")]
    [InlineData(Text + "\n" + "— PeterNeumann x08goQ==\n")] // a key id and nothing else
    [InlineData(Text + "\n" + "— PeterNeumann x08go/Y\n")] // no padding
    [InlineData(Text + "\n" + "— PeterNeumann x08go/Z=\n")]
    [InlineData(Text + "\n" + "— PeterNeumann x08go/ZJkuBT9h==\n")] // unused bits set
    [InlineData(Text + "\r\n" + Line)]
    [InlineData("a\tb\n\n" + Line)]
    [InlineData("a\0b\n\n" + Line)]
    public void Malformed_notes_are_refused(string note) => Assert.False(SignedNote.TryParse(Bytes(note), out _));

    [Fact]
    public void Invalid_utf8_is_refused()
    {
        foreach (byte[] bad in (byte[][])[[0xFF], [0xC0, 0x80], [0xED, 0xA0, 0x80], [0xE2, 0x80]])
            Assert.False(SignedNote.TryParse([.. bad, .. Bytes("\n\n" + Line)], out _));
    }

    [Fact]
    public void Sixty_four_signatures_are_read_and_more_are_refused()
    {
        string Lines(int count) => string.Concat(Enumerable.Repeat(Line, count));
        Assert.True(SignedNote.TryParse(Bytes(Text + "\n" + Lines(64)), out SignedNote? note));
        Assert.Equal(64, note.Signatures.Count);
        Assert.False(SignedNote.TryParse(Bytes(Text + "\n" + Lines(65)), out _));
        Assert.False(SignedNote.TryParse(Bytes(new string('x', SignedNote.SizeBytesMax) + "\n\n" + Line), out _));
    }

    [Theory]
    [InlineData("")]
    [InlineData("no newline")]
    [InlineData("tab\t\n")]
    public void Texts_that_cannot_be_read_back_are_not_signed(string text)
    {
        using SigningKey secret = VerifierKeyTests.PublishedSigningKey();
        Assert.Throws<ArgumentException>(() => new NoteSigner("PeterNeumann", secret).Sign(text));
    }

    [Fact]
    public void A_lone_surrogate_is_not_signed()
    {
        // Not an InlineData: attributes are UTF-8 and cannot hold it.
        using SigningKey secret = VerifierKeyTests.PublishedSigningKey();
        Assert.Throws<ArgumentException>(() => new NoteSigner("PeterNeumann", secret).Sign("\uDC00\n"));
        Assert.Throws<ArgumentException>(() => new VerifierKey("\uD800", secret.PublicKey));
    }

    [Fact]
    public void Every_flipped_bit_is_refused_or_read_as_it_stands_and_never_signed_by_the_key()
    {
        byte[] note = Bytes(Text + "\n" + Line);
        for (int bit = 0; bit < note.Length * 8; bit++)
        {
            byte[] flipped = [.. note];
            flipped[bit / 8] ^= (byte)(1 << (bit % 8));
            if (!SignedNote.TryParse(flipped, out SignedNote? parsed)) continue;
            Assert.Equal(flipped, parsed.ToBytes());
            Assert.False(parsed.IsSignedBy(Published));
        }
    }

    [Fact]
    public void Whatever_is_read_is_written_back_the_same()
    {
        string[] parts = ["\n", "\n\n", "— ", "a", " ", "PeterNeumann", "x08go/ZJkuBS", "+", Line, Text, "è"];
        Gen.Int[0, parts.Length - 1].Array[0, 12].Sample(chosen =>
        {
            byte[] bytes = Bytes(string.Concat(chosen.Select(i => parts[i])));
            if (SignedNote.TryParse(bytes, out SignedNote? note)) Assert.Equal(bytes, note.ToBytes());
        });
    }

    private static VerifierKey Published => VerifierKey.TryParse(VerifierKeyTests.Published, out VerifierKey? key) ? key : throw new InvalidOperationException();

    private static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);
}
