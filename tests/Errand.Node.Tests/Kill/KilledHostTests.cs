using Errand.Protocol;

namespace Errand.Node.Tests;

/// <summary>Kills from the first enclave on.</summary>
[Collection("killed host")]
public sealed class KilledHostTests(KillableNetwork killable) : IClassFixture<KillableNetwork>
{
    [Theory]
    [InlineData(TaskPhase.Attesting)]
    [InlineData(TaskPhase.Verifying)]
    [InlineData(TaskPhase.Releasing)]
    [InlineData(TaskPhase.Running)]
    [InlineData(TaskPhase.Ended)]
    public Task A_task_ends_once_whenever_its_host_is_killed(TaskPhase phase) => KilledHost.AssertEndsOnceAsync(killable, phase);
}
