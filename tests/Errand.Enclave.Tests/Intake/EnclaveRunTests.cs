using System.Text;
using Errand.Protocol;

namespace Errand.Enclave.Tests;

public sealed class EnclaveRunTests
{
    [Fact]
    public async Task Logreg_task_gives_a_model_to_the_recipient_and_a_receipt()
    {
        using TaskFixture task = TaskFixture.Logreg();
        TaskResult result = await LocalEnclave.RunAsync(task);
        Assert.Equal(AbortReason.None, result.Reason);
        Assert.Equal(OutcomeCode.Ok, result.Receipt!.Outcome);
        Assert.Contains("\"accuracy\": 0.9", Encoding.UTF8.GetString(result.File("model.json")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Output_of_100_MiB_is_handed_out()
    {
        const int size = 100 << 20;
        using TaskFixture task = TaskFixture.OfText(Apps.OutputOfSecretSize, BitConverter.GetBytes(size), TaskFixture.DefaultLimits with { OutputBytes = size });
        await using EnclaveProcess process = EnclaveProcess.Start(EnclaveImage.FindFolder());
        var channel = new HostChannel(process.Input, process.Output);
        Assert.True(await channel.WaitForHelloAsync(TaskFixture.Cancellation));
        TaskResult result = await task.RunAsync(new EnclaveSession(channel, process));
        Assert.Equal((AbortReason.None, size), (result.Reason, result.File("f").Length));
    }

    [Fact]
    public async Task Report_data_binds_task_attempt_executor_seed_and_keys()
    {
        using TaskFixture task = TaskFixture.Logreg();
        (_, IEnclaveSession session) = await LocalEnclave.LaunchAsync();
        await using (session)
        {
            EnclaveMessage.ReportRequest request = (await session.StartAsync(task.Start, TaskFixture.Cancellation)).Value!;
            Assert.Equal(task.Task, request.Task);
            Assert.Equal(
                EvidenceEntry.ReportData(task.Network, task.Task, 1, task.Executor.PublicKey, task.DrawSeed, request.HpkeKey.Span, request.ReceiptKey),
                request.ReportData.ToArray());
        }
    }
}
