using CsCheck;

namespace Errand.Enclave.Tests;

/// <summary>A host does not trust what claims to be its enclave.</summary>
public sealed class HostSideTests
{
    private static CancellationToken Cancellation => TaskFixture.Cancellation;

    private static EnclaveSession Session(params byte[][] said) => new(new HostChannel(Stream.Null, new MemoryStream([.. said.SelectMany(part => part)])), LocalEnclave.Begin());

    private static byte[] Frame(EnclaveMessage message)
    {
        byte[] body = message.Encode();
        var frame = new byte[4 + body.Length];
        System.Buffers.Binary.BinaryPrimitives.WriteInt32BigEndian(frame, body.Length);
        body.CopyTo(frame, 4);
        return frame;
    }

    [Fact]
    public async Task Any_garbage_is_a_lost_enclave_or_its_abort()
    {
        using TaskFixture task = TaskFixture.OfText(Apps.Copy);
        await using LocalEnclave idle = LocalEnclave.Begin();
        Gen.Byte.Array[0, 100].Sample(
            bytes =>
            {
                var session = new EnclaveSession(new HostChannel(Stream.Null, new MemoryStream(bytes)), idle);
                AbortReason[] reasons =
                [
                    session.StartAsync(task.Start, Cancellation).GetAwaiter().GetResult().Reason,
                    session.ProvideInputsAsync([], Cancellation).GetAwaiter().GetResult(),
                    session.SendReleaseAsync(task.App.Id, new byte[] { 1 }, Cancellation).GetAwaiter().GetResult(),
                    session.ReceiveResultAsync(Stream.Null, Cancellation).GetAwaiter().GetResult().Reason,
                ];
                return reasons.All(reason => reason != AbortReason.None);
            },
            iter: 500, threads: 1);
    }

    [Theory]
    [InlineData(EnclaveLimits.ResultBytesMax + 1)]
    [InlineData(1)] // less than the chunk that follows
    [InlineData(3)] // more than follows
    public async Task Result_of_another_length_than_announced_is_not_taken(long announced)
    {
        await using EnclaveSession session = Session(Frame(new EnclaveMessage.Receipt(new byte[] { 1 }, announced)), Frame(new EnclaveMessage.ResultChunk(new byte[] { 1, 2 })));
        Assert.Equal(AbortReason.EnclaveLost, (await session.ReceiveResultAsync(Stream.Null, Cancellation)).Reason);
    }

    [Fact]
    public async Task Reading_beyond_the_end_of_an_input_is_refused()
    {
        using TaskFixture task = TaskFixture.OfText(Apps.Copy);
        byte[] request = Frame(new EnclaveMessage.InputRequest(task.App.Id)), more = Frame(new EnclaveMessage.ChunkRequest());
        await using EnclaveSession session = Session(request, more, more);
        Assert.Equal(AbortReason.EnclaveLost, await session.ProvideInputsAsync(task.Inputs, Cancellation));
        await using EnclaveSession unasked = Session(more);
        Assert.Equal(AbortReason.EnclaveLost, await unasked.ProvideInputsAsync(task.Inputs, Cancellation));
    }

    [Fact]
    public async Task Release_taken_for_another_asset_is_no_answer()
    {
        using TaskFixture task = TaskFixture.OfText(Apps.Copy);
        await using EnclaveSession session = Session(Frame(new EnclaveMessage.ReleaseTaken(task.Data[0].Asset.Id)));
        Assert.Equal(AbortReason.EnclaveLost, await session.SendReleaseAsync(task.App.Id, new byte[] { 1 }, Cancellation));
    }

    [Fact]
    public async Task Enclave_cannot_say_the_launcher_s_reasons()
    {
        await using EnclaveSession session = Session(Frame(new EnclaveMessage.Abort(AbortReason.StartTimeout)));
        Assert.Equal(AbortReason.EnclaveLost, (await session.ReceiveResultAsync(Stream.Null, Cancellation)).Reason);
    }

    [Fact]
    public async Task Standby_that_died_is_replaced()
    {
        await using var launcher = new ProcessEnclaveLauncher(new ProcessEnclaveOptions { Folder = EnclaveImage.FindFolder(), Warn = _ => { }, Standby = true });
        var ready = (EnclaveProcess)((EnclaveSession)(await launcher.Ready!).Value!).Enclave;
        using (var child = System.Diagnostics.Process.GetProcessById(ready.Id))
        {
            child.Kill();
            await child.WaitForExitAsync(Cancellation);
        }
        while (ready.IsAlive) await Task.Delay(1, Cancellation);
        using TaskFixture task = TaskFixture.OfText(Apps.Copy);
        await using IEnclaveSession next = (await launcher.LaunchAsync(Cancellation)).Value!;
        Assert.Equal(AbortReason.None, (await task.RunAsync(next)).Reason);
        Assert.False(Directory.Exists(ready.StateFolder));
    }
}
