using Errand.Platform;

namespace Errand.Enclave.Tests;

/// <summary>A host of virtual machines that is killed leaves nothing: a machine ends by itself once it has met its host, and the next start removes the rest.</summary>
[System.Runtime.Versioning.SupportedOSPlatform("linux")]
public sealed class KilledHostTests : IDisposable
{
    private const UnixFileMode PassForOthers = UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("errand-test-");

    // Machines of root have users of their own, who must pass.
    public KilledHostTests() => _folder.UnixFileMode |= PassForOthers;

    private static CancellationToken Cancellation => TaskFixture.Cancellation;

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [InlineData(HostStep.Started)]
    [InlineData(HostStep.Ready)]
    [InlineData(HostStep.Asked)]
    [InlineData(HostStep.Loaded)]
    [InlineData(HostStep.Running)]
    [InlineData(HostStep.Done)]
    public Task Machine_is_gone_after_its_host(HostStep step)
    {
        Assert.SkipWhen(VmFiles.Missing is not null, $"Not run here: {VmFiles.Missing}.");
        return AssertGoneAsync(step, "");
    }

    [Theory]
    [InlineData(HostStep.TpmStarted)]
    [InlineData(HostStep.Started)]
    [InlineData(HostStep.Asked)]
    public async Task Machine_with_a_tpm_is_gone_after_its_host(HostStep step)
    {
        Assert.SkipWhen(VtpmMachineTests.Missing is not null, $"Not run here: {VtpmMachineTests.Missing}");
        using DevelopmentVendor vendor = DevelopmentVendor.Create(new byte[DevelopmentVendor.SeedSize]);
        using VtpmTemplate template = await VtpmTemplate.OpenAsync(Path.Combine(_folder.FullName, "vendor"), vendor, TimeProvider.System, Cancellation);
        await AssertGoneAsync(step, template.StateFile);
    }

    private async Task AssertGoneAsync(HostStep step, string tpmState)
    {
        string temporary = _folder.CreateSubdirectory("t").FullName;
        File.SetUnixFileMode(temporary, File.GetUnixFileMode(temporary) | PassForOthers);
        (MachineHost host, int[] running) = await MachineHost.StartAsync(temporary, step, tpmState, Cancellation);
        string parent;
        using (host)
        {
            // Beside it lie sockets of the host's runtime.
            parent = Assert.Single(Directory.GetDirectories(temporary));
            Assert.All(running, process => Assert.True(IsRunning(process)));
            // Another start beside a living host touches nothing.
            EnclaveFolder.RemoveLeftBehind(EnclaveMachine.FolderKind, LeftBehindMachine.End, parent);
            Assert.All(running, process => Assert.True(IsRunning(process)));
        }
        if (step >= HostStep.Ready) await UntilGoneAsync(running);
        EnclaveFolder.RemoveLeftBehind(EnclaveMachine.FolderKind, LeftBehindMachine.End, parent);
        await UntilGoneAsync(running);
        Assert.Empty(Directory.GetFileSystemEntries(parent));
    }

    private static async Task UntilGoneAsync(int[] processes)
    {
        for (int looks = 0; looks < 1200 && processes.Any(IsRunning); looks++) await Task.Delay(100, Cancellation);
        Assert.DoesNotContain(processes, IsRunning);
    }

    // One that has ended stays in the system's table where the first process asks about no child but its own.
    private static bool IsRunning(int process)
    {
        try
        {
            return !File.ReadAllText($"/proc/{process}/status").Contains("State:\tZ", StringComparison.Ordinal);
        }
        catch (Exception gone) when (gone is IOException)
        {
            return false;
        }
    }
}
