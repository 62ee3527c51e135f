using Errand.Cryptography;
using Errand.Primitives;
using Errand.Protocol;

namespace Errand.Enclave.Tests;

public sealed class StartTests
{
    [Fact]
    public async Task Submit_entry_is_checked_before_anything_else()
    {
        using TaskFixture task = TaskFixture.OfText(Apps.Copy);
        byte[] frame = task.SubmitFrame.Encoded.ToArray();
        byte[] flipped = [.. frame];
        flipped[^1] ^= 1;
        byte[] other = EntrySigner.Sign(task.Network, task.Requester, 1, new TickEntry()).Encoded.ToArray();
        foreach (byte[] bad in new[] { flipped, frame[..^1], [.. frame, 0], [1], other })
            Assert.Equal(AbortReason.Submit, await ReasonAsync(task.Start with { SubmitEntry = bad }));
        Assert.Equal(AbortReason.Submit, await ReasonAsync(task.Start with { Network = new NetworkId(TaskFixture.Filled(0x55)) }));
        Assert.Equal(AbortReason.Message, await ReasonAsync(task.Start with { Attempt = 0 }));
    }

    [Fact]
    public async Task Limits_beyond_the_enclave_are_refused_at_the_start()
    {
        TaskLimits limits = TaskFixture.DefaultLimits;
        foreach (TaskLimits bad in new[] { limits with { OutputBytes = 128 << 20 }, limits with { PaddingBytes = 128 << 20 } })
        {
            using TaskFixture task = TaskFixture.OfText(Apps.Copy, limits: bad);
            Assert.Equal(AbortReason.Limits, await ReasonAsync(task.Start));
        }
    }

    [Fact]
    public async Task Recipient_without_a_valid_key_is_refused_at_the_start()
    {
        using TaskFixture task = TaskFixture.OfText(Apps.Copy);
        SubmitEntry submit = task.Submit with { Recipients = [task.Recipient.PublicKey.Encode(), new byte[] { 1, 2, 3 }] };
        Assert.Equal(AbortReason.Recipient, await ReasonAsync(task.Start with { SubmitEntry = EntrySigner.Sign(task.Network, task.Requester, 1, submit).Encoded }));
    }

    [Fact]
    public async Task Input_larger_than_the_enclave_s_memory_is_refused_before_it_is_sent()
    {
        using TaskFixture task = TaskFixture.OfText(Apps.Copy);
        (_, IEnclaveSession session) = await LocalEnclave.LaunchAsync();
        await using (session)
        {
            await session.StartAsync(task.Start, TaskFixture.Cancellation);
            await session.ProvideReportAsync(task.ReportBytes, TaskFixture.Cancellation);
            EnclaveInput huge = task.App.ToInput() with { SizeBytes = EnclaveLimits.InputBytesMax + 1 };
            Assert.Equal(AbortReason.InputSize, await session.ProvideInputsAsync([huge], TaskFixture.Cancellation));
        }
    }

    [Fact]
    public async Task Empty_input_is_not_what_the_task_names()
    {
        using TaskFixture task = TaskFixture.OfText(Apps.Copy);
        (LocalEnclave enclave, IEnclaveSession session) = await LocalEnclave.LaunchAsync();
        await using (session)
        {
            await session.StartAsync(task.Start, TaskFixture.Cancellation);
            await session.ProvideReportAsync(task.ReportBytes, TaskFixture.Cancellation);
            Assert.Equal(AbortReason.ContentId, await session.ProvideInputsAsync([task.App.ToInput() with { SizeBytes = 0 }], TaskFixture.Cancellation));
            Assert.True(enclave.Join());
            Assert.Equal("errand-enclave: abort/content-id", enclave.Diagnostics.Trim());
        }
    }

    private static async Task<AbortReason> ReasonAsync(EnclaveMessage.Start start)
    {
        (_, IEnclaveSession session) = await LocalEnclave.LaunchAsync();
        await using (session) return (await session.StartAsync(start, TaskFixture.Cancellation)).Reason;
    }
}
