using Errand.Cryptography;

namespace Errand.Ledger.Tests;

public sealed class VerifierKeyTests
{
    // The key of the Go implementation's documentation, which other implementations share.
    internal const string Published = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
    internal const string PublishedSecret = "AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz";

    [Theory]
    [InlineData(Published, "PeterNeumann", 0xc74f20a3)]
    [InlineData("sum.golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8", "sum.golang.org", 0x033de0ae)]
    public void Published_keys_are_read_and_written_back(string text, string name, uint id)
    {
        Assert.True(VerifierKey.TryParse(text, out VerifierKey? key));
        Assert.Equal((name, id), (key.Name, key.KeyId));
        Assert.Equal(text, key.ToString());
        Assert.Equal(new VerifierKey(name, key.Key), key);
    }

    [Fact]
    public void Published_secret_gives_the_published_key()
    {
        using SigningKey secret = PublishedSigningKey();
        Assert.Equal(Published, new VerifierKey("PeterNeumann", secret.PublicKey).ToString());
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("+")]
    [InlineData("++")]
    [InlineData("PeterNeumann+c74f20a3")]
    [InlineData("+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW")]
    [InlineData("PeterNeumann+C74F20A3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW")] // upper case
    [InlineData("PeterNeumann+c74f20a4+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW")] // another id
    [InlineData("PeterNeumanm+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW")] // another name
    [InlineData("PeterNeumann+c74f20a+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW")] // short id
    [InlineData("PeterNeumann+c74f20a3+BBpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW")] // another type
    [InlineData("PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10T")]
    [InlineData("PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TWAA==")]
    [InlineData("PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW\n")]
    [InlineData("PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/ LDE4izWy10T")]
    [InlineData("Peter Neumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW")]
    public void Anything_else_is_refused(string? text) => Assert.False(VerifierKey.TryParse(text, out _));

    [Theory]
    [InlineData("")]
    [InlineData("a b")]
    [InlineData("a\u00A0b")]
    [InlineData("a\u3000b")]
    [InlineData("a+b")]
    [InlineData("a\nb")]
    [InlineData("\0")]
    public void Names_that_cannot_stand_in_a_note_are_refused(string name)
    {
        using SigningKey secret = PublishedSigningKey();
        Assert.Throws<ArgumentException>(() => new VerifierKey(name, secret.PublicKey));
    }

    internal static SigningKey PublishedSigningKey() => SigningKey.FromSeed(Convert.FromBase64String(PublishedSecret).AsSpan(1));
}
