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
