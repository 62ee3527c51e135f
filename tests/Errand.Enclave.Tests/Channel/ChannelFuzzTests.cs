using System.Buffers.Binary;
using CsCheck;
using Errand.Primitives;

namespace Errand.Enclave.Tests;

public sealed class ChannelFuzzTests
{
    private const int StateCount = 7;
    private static readonly TaskFixture Task = TaskFixture.OfText(Apps.Copy);

    private static readonly EnclaveMessage[] Samples =
    [
        Task.Start,
        new EnclaveMessage.ReportRequest(new byte[64], Task.Task, new byte[1222], Task.Executor.PublicKey),
        new EnclaveMessage.ReportRequest(new byte[64], Task.Task, new byte[1222], Task.Executor.PublicKey) { Taken = new TakenReport(TsmProvider.SevGuest, new byte[] { 8, 9 }, ReadOnlyMemory<byte>.Empty) },
        new EnclaveMessage.Report(new byte[] { 1 }),
        new EnclaveMessage.InputRequest(Task.App.Id),
        new EnclaveMessage.Input(Task.App.Owner.PublicKey, Task.App.Content, 17),
        new EnclaveMessage.ChunkRequest(),
        new EnclaveMessage.Chunk(new byte[] { 1, 2, 3 }),
        new EnclaveMessage.InputsComplete(),
        new EnclaveMessage.Release(Task.App.Id, new byte[] { 4, 5 }),
        new EnclaveMessage.ReleaseTaken(Task.App.Id),
        new EnclaveMessage.Receipt(new byte[] { 6 }, 70),
        new EnclaveMessage.ResultChunk(new byte[] { 7 }),
        new EnclaveMessage.Abort(AbortReason.ContentId),
        new EnclaveMessage.PlatformStart(Task.Start.Network, Task.Executor.PublicKey, Task.Start.Seed),
        new EnclaveMessage.PlatformReport(new TakenReport(TsmProvider.TdxGuest, new byte[] { 8, 9 }, new byte[] { 10 })),
    ];

    [Fact]
    public void Every_message_is_read_back_as_it_was_written() => Assert.All(Samples, message =>
    {
        EnclaveMessage? read = EnclaveMessage.TryDecode(message.Encode());
        Assert.Equal(message.GetType(), read?.GetType());
        Assert.Equal(message.Encode(), read!.Encode());
    });

    [Fact]
    public void There_is_a_sample_of_every_kind() =>
        Assert.Equal(Enumerable.Range(1, (int)MessageKind.Max), Samples.Select(sample => (int)sample.Kind).Distinct());

    [Fact]
    public void Taken_report_is_read_back_whole_or_not_at_all()
    {
        var taken = new TakenReport(TsmProvider.TdxGuest, new byte[] { 1, 2 }, new byte[] { 3 });
        var request = new EnclaveMessage.ReportRequest(new byte[64], Task.Task, new byte[1222], Task.Executor.PublicKey);
        TakenReport read = Assert.IsType<EnclaveMessage.ReportRequest>(EnclaveMessage.TryDecode((request with { Taken = taken }).Encode())).Taken!;
        Assert.Equal((TsmProvider.TdxGuest, "0102", "03"), (read.Provider, Convert.ToHexString(read.Report.Span), Convert.ToHexString(read.Auxiliary.Span)));
        foreach (TakenReport bad in new[] { taken with { Provider = TsmProvider.None }, taken with { Provider = (TsmProvider)4 }, taken with { Report = default }, taken with { Report = new byte[TakenReport.SizeMax + 1] }, taken with { Auxiliary = new byte[TakenReport.SizeMax + 1] } })
            Assert.Null(EnclaveMessage.TryDecode((request with { Taken = bad }).Encode()));
        Assert.NotNull(EnclaveMessage.TryDecode((request with { Taken = taken with { Report = new byte[TakenReport.SizeMax], Auxiliary = new byte[TakenReport.SizeMax] } }).Encode()));
    }

    [Fact]
    public void Decoding_any_bytes_gives_a_message_that_encodes_to_them_or_nothing() =>
        Gen.Select(Gen.Int[0, Samples.Length - 1], Gen.Int[0, 300], Gen.Byte, Gen.Int[0, 2]).Sample(
            (sample, at, value, how) =>
            {
                byte[] frame = Samples[sample].Encode();
                at = Math.Min(at, frame.Length - 1);
                byte[] bytes = how switch
                {
                    0 => [.. frame[..at], value, .. frame[(at + 1)..]],
                    1 => frame[..at],
                    _ => [.. frame, value],
                };
                EnclaveMessage? read = EnclaveMessage.TryDecode(bytes);
                return read is null || read.Encode().AsSpan().SequenceEqual(bytes);
            },
            iter: 20_000);

    [Fact]
    public void Random_bytes_are_no_message() => Gen.Byte.Array[0, 200].Sample(
        bytes => EnclaveMessage.TryDecode(bytes) is not { } message || message.Encode().AsSpan().SequenceEqual(bytes), iter: 20_000);

    [Fact]
    public void Any_garbage_in_any_state_ends_in_a_clean_abort()
    {
        Gen<byte[]> garbage = Gen.OneOf(
            Gen.Byte.Array[1, 64],
            Gen.Select(Gen.Int[0, 400], Gen.Byte.Array[0, 400], (length, bytes) => Framed(length, bytes)),
            Gen.Select(Gen.UInt, Gen.Byte.Array[0, 8], (length, bytes) => Framed(unchecked((int)length), bytes)),
            Gen.Select(Gen.Int[0, Samples.Length - 1], Gen.Int[0, 100], Gen.Byte, (sample, at, value) =>
            {
                byte[] frame = Samples[sample].Encode();
                frame[at % frame.Length] ^= value;
                return Framed(frame.Length, frame);
            }));
        Gen.Select(Gen.Int[0, StateCount - 1], garbage.Array[1, 3]).Sample(
            input => EndsCleanly(input.Item1, [.. input.Item2.SelectMany(part => part)]).GetAwaiter().GetResult(), iter: 150, threads: 1);
    }

    [Theory]
    [InlineData(0u)]
    [InlineData((uint)FrameFormat.SizeMax + 1)]
    [InlineData(0x7fff_ffffu)]
    [InlineData(0xffff_ffffu)]
    public async Task Frames_of_impossible_length_are_refused_before_anything_is_allocated(uint length)
    {
        await using LocalEnclave enclave = LocalEnclave.Begin();
        var channel = new HostChannel(enclave.ToEnclave, enclave.FromEnclave);
        Assert.True(await channel.WaitForHelloAsync(TaskFixture.Cancellation));
        long before = GC.GetTotalAllocatedBytes();
        await enclave.ToEnclave.WriteAsync(Framed(unchecked((int)length), []), TaskFixture.Cancellation);
        Assert.Equal(AbortReason.Message, (await channel.ReceiveAsync(TaskFixture.Cancellation)).Reason);
        Assert.InRange(GC.GetTotalAllocatedBytes() - before, 0, 64 << 20);
    }

    [Fact]
    public async Task Every_message_out_of_its_state_is_refused()
    {
        MessageKind[] expected = [MessageKind.Start, MessageKind.Report, MessageKind.Input, MessageKind.Chunk, MessageKind.Release, MessageKind.Input, MessageKind.Chunk];
        for (int state = 0; state < StateCount; state++)
        {
            foreach (EnclaveMessage message in Samples.Where(sample => sample.Kind != expected[state]))
            {
                await using LocalEnclave enclave = Begin(state);
                HostChannel channel = await ReachAsync(enclave, state);
                await channel.SendAsync(message, TaskFixture.Cancellation);
                Assert.Equal(AbortReason.Order, await LastWordAsync(channel));
            }
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    public async Task Host_going_away_ends_the_enclave(int state)
    {
        await using LocalEnclave enclave = Begin(state);
        await ReachAsync(enclave, state);
        enclave.ToEnclave.Dispose();
        Assert.True(enclave.Join());
        Assert.Equal(EnclaveHost.ExitAborted, enclave.ExitCode);
        Assert.Contains("abort/channel-closed", enclave.Diagnostics, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Noise_before_the_hello_is_discarded_up_to_a_bound()
    {
        byte[] hello = FrameFormat.Hello.ToArray();
        byte[] noise = [.. "firmware says errand-enclave/"u8, .. "errand-"u8];
        var channel = new HostChannel(Stream.Null, new MemoryStream([.. noise, .. hello]));
        Assert.True(await channel.WaitForHelloAsync(TaskFixture.Cancellation));
        Assert.False(await new HostChannel(Stream.Null, new MemoryStream([.. new byte[FrameFormat.NoiseSizeMax], .. hello])).WaitForHelloAsync(TaskFixture.Cancellation));
        Assert.False(await new HostChannel(Stream.Null, new MemoryStream(hello[..15])).WaitForHelloAsync(TaskFixture.Cancellation));
    }

    [Fact]
    public void Every_abort_reason_has_a_code_of_its_own()
    {
        AbortReason[] reasons = [.. Enum.GetValues<AbortReason>().Where(reason => reason != AbortReason.None)];
        Assert.Equal(reasons.Length, reasons.Select(reason => reason.Code()).Distinct().Count());
        Assert.All(reasons, reason => Assert.StartsWith("abort/", reason.Code(), StringComparison.Ordinal));
    }

    private static byte[] Framed(int length, byte[] bytes)
    {
        var frame = new byte[4 + bytes.Length];
        BinaryPrimitives.WriteInt32BigEndian(frame, length);
        bytes.CopyTo(frame, 4);
        return frame;
    }

    // In the last two states the data does not fit and is read again while the app runs.
    private static LocalEnclave Begin(int state) => LocalEnclave.Begin(state < 5 ? EnclaveLimits.InputBytesMax : Task.App.File.Length);

    /// <summary>Takes an enclave to the state in which it waits for Start, Report, Input, Chunk, Release or, of streamed data, Input or Chunk.</summary>
    private static async Task<HostChannel> ReachAsync(LocalEnclave enclave, int state)
    {
        var channel = new HostChannel(enclave.ToEnclave, enclave.FromEnclave);
        Assert.True(await channel.WaitForHelloAsync(TaskFixture.Cancellation));
        if (state > 4)
        {
            await ReachStreamAsync(channel, enclave, state);
            return channel;
        }
        if (state > 0)
        {
            await channel.SendAsync(Task.Start, TaskFixture.Cancellation);
            Assert.NotNull((await channel.ReceiveAsync<EnclaveMessage.ReportRequest>(TaskFixture.Cancellation)).Value);
        }
        if (state > 1) await channel.SendAsync(new EnclaveMessage.Report(Task.ReportBytes), TaskFixture.Cancellation);
        if (state == 2) Assert.NotNull((await channel.ReceiveAsync<EnclaveMessage.InputRequest>(TaskFixture.Cancellation)).Value);
        if (state == 3)
        {
            await channel.ReceiveAsync<EnclaveMessage.InputRequest>(TaskFixture.Cancellation);
            EnclaveInput app = Task.App.ToInput();
            await channel.SendAsync(new EnclaveMessage.Input(app.Owner, app.Content, app.SizeBytes), TaskFixture.Cancellation);
            Assert.NotNull((await channel.ReceiveAsync<EnclaveMessage.ChunkRequest>(TaskFixture.Cancellation)).Value);
        }
        if (state == 4) Assert.Equal(AbortReason.None, await new EnclaveSession(channel, enclave).ProvideInputsAsync(Task.Inputs, TaskFixture.Cancellation));
        return channel;
    }

    private static async System.Threading.Tasks.Task ReachStreamAsync(HostChannel channel, LocalEnclave enclave, int state)
    {
        var session = new EnclaveSession(channel, enclave);
        (AbortReason reason, EnclaveMessage.ReportRequest? request) = await Task.PrepareAsync(session);
        Assert.Equal(AbortReason.None, reason);
        foreach (SealedAsset asset in Task.Assets) Assert.Equal(AbortReason.None, await session.SendReleaseAsync(asset.Id, Task.Release(asset, request!), TaskFixture.Cancellation));
        Assert.NotNull((await channel.ReceiveAsync<EnclaveMessage.InputRequest>(TaskFixture.Cancellation)).Value);
        if (state == 5) return;
        EnclaveInput data = Task.Data[0].Asset.ToInput();
        await channel.SendAsync(new EnclaveMessage.Input(data.Owner, data.Content, data.SizeBytes), TaskFixture.Cancellation);
        Assert.NotNull((await channel.ReceiveAsync<EnclaveMessage.ChunkRequest>(TaskFixture.Cancellation)).Value);
    }

    private static async Task<bool> EndsCleanly(int state, byte[] garbage)
    {
        await using LocalEnclave enclave = Begin(state);
        HostChannel channel = await ReachAsync(enclave, state);
        try
        {
            await enclave.ToEnclave.WriteAsync(garbage);
            enclave.ToEnclave.Dispose();
        }
        catch (IOException)
        {
            // It had ended before it read all.
        }
        AbortReason reason = await LastWordAsync(channel);
        if (!enclave.Join() || enclave.ExitCode != EnclaveHost.ExitAborted) return false;
        // Half a message, and then no host: there is nobody to tell, and the enclave ends without a word on the channel.
        if (reason == AbortReason.EnclaveLost) return enclave.Diagnostics.Contains(AbortReason.ChannelClosed.Code(), StringComparison.Ordinal);
        return reason is not (AbortReason.None or AbortReason.Internal);
    }

    /// <summary>Reads up to the abort; a receipt or result on the way is a failure.</summary>
    private static async Task<AbortReason> LastWordAsync(HostChannel channel)
    {
        while (true)
        {
            EnclaveAnswer<EnclaveMessage> answer = await channel.ReceiveAsync(TaskFixture.Cancellation);
            if (answer.Value is null) return answer.Reason;
            if (answer.Value is EnclaveMessage.Receipt or EnclaveMessage.ResultChunk) return AbortReason.None;
        }
    }
}
