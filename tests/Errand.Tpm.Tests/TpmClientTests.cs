namespace Errand.Tpm.Tests;

/// <summary>What a client makes of responses that are none, of refusals, and of a TPM that is busy.</summary>
public sealed class TpmClientTests
{
    private const uint Retry = 0x922, Failure = 0x101;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Busy_tpm_is_asked_again_with_the_same_bytes()
    {
        var tpm = new ScriptedTpm(ScriptedTpm.Answer([], Retry), ScriptedTpm.Answer([0, 2, 7, 8]));
        byte[] random = await new TpmClient(tpm, TimeProvider.System).GetRandomAsync(2, Cancellation);
        Assert.Equal(new byte[] { 7, 8 }, random);
        Assert.Equal(2, tpm.Commands.Count);
        Assert.Equal(tpm.Commands[0], tpm.Commands[1]);
    }

    [Fact]
    public async Task Refusal_is_told_with_its_code_and_not_repeated()
    {
        var tpm = new ScriptedTpm(ScriptedTpm.Answer([], Failure));
        TpmException fault = await Assert.ThrowsAsync<TpmException>(async () => await new TpmClient(tpm, TimeProvider.System).GetRandomAsync(2, Cancellation));
        Assert.Equal((TpmError.Failure, Failure), (fault.Error, fault.ResponseCode));
        Assert.Single(tpm.Commands);
    }

    [Fact]
    public async Task Bytes_that_are_no_response_are_malformed()
    {
        byte[] good = ScriptedTpm.Answer([0, 2, 7, 8]);
        byte[][] bad =
        [
            [], good[..9], good[..^1], [.. good, 0],
            [0x80, 0x03, .. good[2..]], // No tag of a response.
            ScriptedTpm.AnswerOfSession([0, 2, 7, 8]), // Of a command with a session, which this is not.
            ScriptedTpm.Answer([0, 3, 7, 8]), ScriptedTpm.Answer([0, 2, 7, 8, 9]),
        ];
        foreach (byte[] response in bad)
        {
            TpmException fault = await Assert.ThrowsAsync<TpmException>(async () => await new TpmClient(new ScriptedTpm(response), TimeProvider.System).GetRandomAsync(2, Cancellation));
            Assert.Equal(TpmError.MalformedResponse, fault.Error);
        }
    }

    [Fact]
    public async Task Device_that_is_not_there_is_named()
    {
        Assert.Equal(TpmError.DeviceMissing, Assert.Throws<TpmException>(() => LinuxTpm.Open("/dev/no-such-tpm")).Error);
        await Assert.ThrowsAsync<ArgumentException>(async () => await new ScriptedTpm().TransmitAsync(new byte[9], Cancellation));
    }
}
