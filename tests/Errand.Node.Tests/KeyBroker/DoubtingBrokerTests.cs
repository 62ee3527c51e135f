using Errand.Primitives;
using Errand.Protocol;

namespace Errand.Node.Tests;

/// <summary>Brokers that have reason to doubt the clock, the approval, the ledger or the lottery.</summary>
[Collection(NetworkSuite.Name)]
public sealed class DoubtingBrokerTests(SharedNetwork shared)
{
    [Fact]
    public async Task T_43_ledger_time_ahead_of_the_brokers_clock_is_clock_skew()
    {
        Assert.Equal(DenyReason.ClockSkew, await DenialAsync(new ShiftedTime { Shift = TimeSpan.FromMinutes(-5) }, 0x43));
    }

    [Fact]
    public async Task T_47_approval_that_is_eleven_minutes_old_is_approval_expired()
    {
        Assert.Equal(DenyReason.ApprovalExpired, await DenialAsync(new ShiftedTime { Shift = TimeSpan.FromMinutes(11) }, 0x47));
    }

    [Fact]
    public async Task T_42_broker_of_a_ledger_that_was_rolled_back_denies_and_raises_an_alarm()
    {
        RunningNetwork network = await shared.HealthyAsync();
        string seen = Path.Combine(Directory.CreateDirectory(network.Folder.Party("clinic")).FullName, "ledger-seen");
        long end = await network.Ledger.CountAsync();
        await File.WriteAllTextAsync(seen, $"{end + 1_000} {new string('0', 64)}\n");
        try
        {
            Assert.Equal(DenyReason.LedgerRolledBack, await DenialAsync(new ShiftedTime(), 0x42));
            Assert.True(shared.Log.Has("Critical", "does not extend what was seen"));
        }
        finally
        {
            File.Delete(seen);
        }
    }

    [Fact]
    public async Task T_18_fewer_eligible_executors_than_the_policy_demands_is_eligible_set()
    {
        RunningNetwork network = await shared.HealthyAsync();
        var data = await network.PublishAsync("hospital", AssetKind.Data, [.. Samples.BreastCancer, 0x18], "hospital-campus",
            Samples.Policy("data").Replace("\"minEligibleExecutors\": 1", "\"minEligibleExecutors\": 4", StringComparison.Ordinal));
        TaskId task = await network.SubmitAsync(await shared.AppAsync(), data, "table.csv");
        await network.EndedAsync(task);
        Assert.Equal(DenyReason.EligibleSet, Assert.Single(network.Applied<DenyEntry>(), deny => deny.Task == task).Reason);
    }

    // A broker of an owner whom nobody else serves, under a clock of its own.
    private async Task<DenyReason> DenialAsync(TimeProvider time, byte mark)
    {
        RunningNetwork network = await shared.HealthyAsync();
        var data = await network.PublishAsync("clinic", AssetKind.Data, [.. Samples.BreastCancer, mark], "hospital-campus", Samples.Policy("data"));
        await using KeyBrokerService broker = network.StartBroker("clinic", shared.Log, time: time);
        TaskId task = await network.SubmitAsync(await shared.AppAsync(), data, "table.csv");
        await network.EndedAsync(task);
        Assert.DoesNotContain(network.Applied<ReleaseEntry>(), release => release.Task == task && release.Asset == data);
        Assert.NotEqual(TaskOutcome.Completed, network.State.Tasks[task].Outcome);
        return Assert.Single(network.Applied<DenyEntry>(), deny => deny.Task == task).Reason;
    }
}
