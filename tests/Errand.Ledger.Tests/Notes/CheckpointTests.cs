using System.Text;
using Errand.Cryptography;
using Errand.Primitives;

namespace Errand.Ledger.Tests;

public sealed class CheckpointTests
{
    private const string Root = "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=";
    private const string Text = "example.com/behind-the-sofa\n20852163\n" + Root + "\n";

    [Fact]
    public void Checkpoint_of_the_specification_is_read_and_written_back()
    {
        Assert.True(Checkpoint.TryParse(Text, out Checkpoint? checkpoint));
        Assert.Equal(("example.com/behind-the-sofa", 20_852_163L), (checkpoint.Origin, checkpoint.Size));
        Assert.Equal(Root, Convert.ToBase64String(checkpoint.Root.ToArray()));
        Assert.Equal(Text, checkpoint.ToText());
    }

    [Fact]
    public void Tree_head_of_a_public_log_verifies_under_its_published_key()
    {
        // sum.golang.org's note of the same tree; the specification's example carries its signature under another name.
        const string note = "go.sum database tree\n20852163\n" + Root + "\n\n"
            + "— sum.golang.org Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=\n";
        Assert.True(VerifierKey.TryParse("sum.golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8", out VerifierKey? key));
        Assert.True(SignedNote.TryParse(Encoding.UTF8.GetBytes(note), out SignedNote? parsed));
        Assert.True(parsed.IsSignedBy(key));
        Assert.True(Checkpoint.TryParse(parsed.Text, out Checkpoint? checkpoint));
        Assert.Equal(20_852_163, checkpoint.Size);
        // It is older than the format: its origin is not the key's name, and a checkpoint of this format's must be.
        Assert.False(Checkpoint.TryOpen(Encoding.UTF8.GetBytes(note), key, out _));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("\n")]
    [InlineData("o\n1\n" + Root)] // no last newline
    [InlineData("o\n1\n" + Root + "\n\n")]
    [InlineData("o\n1\n" + Root + "\nextension\n")]
    [InlineData("\n1\n" + Root + "\n")]
    [InlineData("o\n\n" + Root + "\n")]
    [InlineData("o\n01\n" + Root + "\n")]
    [InlineData("o\n00\n" + Root + "\n")]
    [InlineData("o\n+1\n" + Root + "\n")]
    [InlineData("o\n-1\n" + Root + "\n")]
    [InlineData("o\n 1\n" + Root + "\n")]
    [InlineData("o\n1 \n" + Root + "\n")]
    [InlineData("o\n1\r\n" + Root + "\n")]
    [InlineData("o\n٣\n" + Root + "\n")] // a digit, but not ASCII
    [InlineData("o\n9223372036854775808\n" + Root + "\n")]
    [InlineData("o\n99999999999999999999\n" + Root + "\n")]
    [InlineData("o\n1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2J=\n")] // unused bits set
    [InlineData("o\n1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I\n")]
    [InlineData("o\n1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2IA\n")] // 33 bytes
    public void Malformed_texts_are_refused(string? text) => Assert.False(Checkpoint.TryParse(text, out _));

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(long.MaxValue)]
    public void Signed_checkpoints_open_under_their_key_and_no_other(long size)
    {
        using var secret = SigningKey.FromSeed(LedgerContract.Filled(32, 5));
        using var other = SigningKey.FromSeed(LedgerContract.Filled(32, 6));
        string origin = Checkpoint.OriginOf(LedgerFolder.Network);
        var signer = new NoteSigner(origin, secret);
        SignedCheckpoint signed = new Checkpoint(origin, size, MerkleHasher.Empty).Sign(signer);
        Assert.True(Checkpoint.TryOpen(signed.Note.ToBytes(), signer.VerifierKey, out SignedCheckpoint? opened));
        Assert.Equal(signed.Checkpoint, opened.Checkpoint);
        Assert.False(Checkpoint.TryOpen(signed.Note.ToBytes(), new VerifierKey(origin, other.PublicKey), out _));
        Assert.False(Checkpoint.TryOpen(signed.Note.ToBytes(), new VerifierKey("errand/other", secret.PublicKey), out _));
    }

    [Fact]
    public void A_log_does_not_sign_for_another_origin()
    {
        using var secret = SigningKey.FromSeed(LedgerContract.Filled(32, 5));
        Assert.Throws<ArgumentException>(() => new Checkpoint("other", 0, MerkleHasher.Empty).Sign(new NoteSigner("one", secret)));
    }
}
