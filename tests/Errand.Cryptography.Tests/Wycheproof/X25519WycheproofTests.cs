namespace Errand.Cryptography.Tests;

public sealed class X25519WycheproofTests
{
    // "Acceptable" is decided: an all-zero secret is refused (RFC 9180 section 7.1.4), all else is computed as RFC 7748 says.
    [Fact]
    public void X25519_results_are_equal() => WycheproofFile.Run("x25519", (_, test) =>
    {
        var shared = new byte[32];
        return Sodium.TryX25519(shared, test.Hex("private"), test.Hex("public")) && shared.AsSpan().SequenceEqual(test.Hex("shared"));
    }, decideAcceptable: test => !test.Flags().Contains("ZeroSharedSecret"));
}
