using Errand.Attestation;
using Errand.Platform;
using Errand.Primitives;
using Errand.Protocol;

namespace Errand.Node.Tests;

/// <summary>Tasks of a network whose enclaves take their reports themselves.</summary>
[Collection(NetworkSuite.Name)]
public sealed class OwnReportTaskTests(SharedNetwork shared)
{
    [Fact]
    public async Task Evidence_that_the_enclave_took_itself_is_accepted_by_the_committee_and_the_host_s_tee_is_never_asked()
    {
        RunningNetwork network = await shared.HealthyAsync();
        foreach ((SwitchableTee tee, SwitchableLauncher launcher) in shared.Executors)
        {
            tee.Bad = new SilentTee();
            launcher.Instead = cancellation => OwnReportEnclave.LaunchAsync(tee.Good, cancellation);
        }
        TaskId task = await network.SubmitAsync(await shared.AppAsync(), await shared.DataAsync(), "table.csv");
        await network.EndedAsync(task);
        TaskState state = network.State.Tasks[task];
        Assert.Equal((TaskOutcome.Completed, TaskReason.None), (state.Outcome, state.Reason));
        Assert.Equal("model.json", Assert.Single(network.OpenResult(task).Files).Name);
        await shared.HealthyAsync();
    }

    [Fact]
    public async Task Report_of_a_processor_with_another_measurement_is_rejected_for_it()
    {
        RunningNetwork network = await shared.HealthyAsync();
        using DevelopmentVendor vendor = TestVendor.Open();
        var processors = new List<DevelopmentTee>();
        foreach ((SwitchableTee tee, SwitchableLauncher launcher) in shared.Executors)
        {
            var other = new DevelopmentTee(vendor, new DevelopmentTeeOptions { ChipId = tee.Good.ChipId, Measurement = new byte[48] });
            processors.Add(other);
            launcher.Instead = cancellation => OwnReportEnclave.LaunchAsync(other, cancellation);
        }
        TaskId task = await network.SubmitAsync(await shared.AppAsync(), await shared.DataAsync(), "table.csv");
        await network.EndedAsync(task);
        TaskState state = network.State.Tasks[task];
        Assert.Equal((TaskOutcome.Failed, TaskReason.Rejected), (state.Outcome, state.Reason));
        Assert.All(state.Attempts, attempt => Assert.Empty(attempt.Releases));
        VerdictEntry[] verdicts = [.. network.Applied<VerdictEntry>().Where(verdict => verdict.CaseId == task.Value)];
        Assert.NotEmpty(verdicts);
        Assert.All(verdicts, verdict => Assert.Contains((ulong)AttestationReason.Measurement, verdict.Reasons));
        await shared.HealthyAsync();
        foreach (DevelopmentTee processor in processors) processor.Dispose();
    }
}
