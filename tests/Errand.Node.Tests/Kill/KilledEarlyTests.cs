using Errand.Protocol;

namespace Errand.Node.Tests;

/// <summary>Kills before an executor is drawn, in a network whose window for claims outlasts a restart.</summary>
[Collection("killed host")]
public sealed class KilledEarlyTests(KilledEarlyTests.PatientNetwork killable) : IClassFixture<KilledEarlyTests.PatientNetwork>
{
    [Theory]
    [InlineData(TaskPhase.Accepting)]
    [InlineData(TaskPhase.Drawing)]
    [InlineData(TaskPhase.Claiming)]
    public Task A_task_ends_once_whenever_its_host_is_killed(TaskPhase phase) => KilledHost.AssertEndsOnceAsync(killable, phase);

    public sealed class PatientNetwork : KillableNetwork
    {
        protected override int ClaimMilliseconds => 15_000;
    }
}
