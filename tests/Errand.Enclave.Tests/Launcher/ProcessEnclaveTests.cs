using System.Diagnostics;
using System.Text;
using Errand.Protocol;

namespace Errand.Enclave.Tests;

public sealed class ProcessEnclaveTests
{
    private readonly List<string> _warnings = [];

    [Fact]
    public async Task Logreg_task_runs_in_a_child_process_and_leaves_nothing()
    {
        using TaskFixture task = TaskFixture.Logreg();
        await using ProcessEnclaveLauncher launcher = Launcher();
        var clock = Stopwatch.StartNew();
        EnclaveProcess process = EnclaveProcess.Start(EnclaveImage.FindFolder());
        await using (process)
        {
            var channel = new HostChannel(process.Input, process.Output);
            Assert.True(await channel.WaitForHelloAsync(TaskFixture.Cancellation), process.Diagnostics);
            TestContext.Current.SendDiagnosticMessage("hello after {0} ms", clock.ElapsedMilliseconds);
            TaskResult result = await task.RunAsync(new EnclaveSession(channel, process));
            TestContext.Current.SendDiagnosticMessage("result after {0} ms {1} {2}", clock.ElapsedMilliseconds, result.Reason, process.Diagnostics);
            Assert.Equal(OutcomeCode.Ok, result.Receipt!.Outcome);
            Assert.Contains("\"accuracy\": 0.9", Encoding.UTF8.GetString(result.File("model.json")), StringComparison.Ordinal);
        }
        Assert.False(Directory.Exists(process.StateFolder));
        Assert.Single(_warnings, warning => warning.Contains("WARNING", StringComparison.Ordinal) && !warning.Contains('\n', StringComparison.Ordinal));
    }

    private ProcessEnclaveLauncher Launcher(bool standby = false) => new(new ProcessEnclaveOptions
    {
        Folder = EnclaveImage.FindFolder(),
        Warn = _warnings.Add,
        Standby = standby,
    });
}
