using CsCheck;

namespace Errand.Enclave.Tests;

public sealed class SecretArgumentsTests
{
    [Fact]
    public void Arguments_are_read_back() => Gen.String[Gen.Char.AlphaNumeric, 0, 40].Array[0, 32].Sample(
        arguments => SecretArguments.TryDecode(SecretArguments.Encode(arguments), out string[]? read) && read.SequenceEqual(arguments));

    [Theory]
    [InlineData("")]
    [InlineData("60")] // a text, not an array
    [InlineData("8141ff")] // bytes in the array
    [InlineData("816100")] // NUL
    [InlineData("8161ff")] // not UTF-8
    [InlineData("826161")] // one is missing
    [InlineData("8061")] // something left over
    [InlineData("9fff")] // indefinite length
    [InlineData("9821")] // 33 arguments
    public void Anything_else_is_refused(string hex) =>
        Assert.False(SecretArguments.TryDecode(Convert.FromHexString(hex), out _));

    [Fact]
    public async Task Task_with_malformed_secret_arguments_is_aborted()
    {
        using TaskFixture task = TaskFixture.OfText(Apps.Echo, secret: SealedAsset.Of([0xff], owner: 1, key: 0x60));
        Assert.Equal(AbortReason.Arguments, (await LocalEnclave.RunAsync(task)).Reason);
    }
}
