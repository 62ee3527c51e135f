using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using Errand.Cryptography;
using Errand.Platform;

namespace Errand.Enclave.Tests;

/// <summary>Enclaves that are virtual machines keep the contract of all, and some promises of their own.</summary>
/// <remarks><c>ERRAND_TEST_VM=vtpm</c> runs the contract over machines with a software TPM, whose boots take minutes together.</remarks>
public sealed class VmLauncherTests : LauncherContract
{
    private static readonly bool IsVtpm = Environment.GetEnvironmentVariable("ERRAND_TEST_VM") == "vtpm";

    private static readonly Lazy<string> TpmState = new(() =>
    {
        using DevelopmentVendor vendor = DevelopmentVendor.Create(new byte[DevelopmentVendor.SeedSize]);
        string folder = Directory.CreateTempSubdirectory("errand-vtpm").FullName;
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Directory.Delete(folder, recursive: true);
        using VtpmTemplate template = VtpmTemplate.OpenAsync(Path.Combine(folder, "tpm"), vendor, TimeProvider.System, CancellationToken.None).GetAwaiter().GetResult();
        return template.StateFile;
    });

    protected override string? Missing => IsVtpm ? VtpmMachineTests.Missing : VmFiles.Missing;

    protected override IEnclaveLauncher Create(bool standby) =>
        new VmEnclaveLauncher(IsVtpm ? VmFiles.Options(standby) with { Profile = VmProfile.Vtpm, TpmState = TpmState.Value } : VmFiles.Options(standby));

    [Fact]
    public async Task Channel_and_console_hold_no_plaintext_and_no_key()
    {
        byte[] secret = "PLAINTXT"u8.ToArray();
        using TaskFixture task = TaskFixture.OfText(Apps.LastWords, secret);
        EnclaveMachine machine = Machine();
        Stream port = (await machine.ConnectAsync(TimeProvider.System, Cancellation))!;
        using var seen = new RecordingStream(port);
        var channel = new HostChannel(port, seen);
        Assert.True(await channel.WaitForHelloAsync(Cancellation), machine.Diagnostics);
        var session = new EnclaveSession(channel, machine);
        Assert.Equal(AbortReason.None, (await task.RunAsync(session)).Reason);
        string[] files = [.. Directory.GetFiles(machine.StateFolder).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal)];
        await session.DisposeAsync();

        // A socket: the machine has no disk.
        Assert.Equal([EnclaveMachine.ChannelName], files);
        byte[] said = [.. seen.Recorded, .. Encoding.UTF8.GetBytes(machine.Diagnostics)];
        Assert.True(said.Length > 1000);
        foreach (byte[] hidden in task.Assets.Select(Export).Append(secret))
            foreach (byte[] form in new[] { hidden, Encoding.ASCII.GetBytes(Convert.ToHexString(hidden)), Encoding.ASCII.GetBytes(Convert.ToHexStringLower(hidden)), Encoding.ASCII.GetBytes(Convert.ToBase64String(hidden)) })
                Assert.True(said.AsSpan().IndexOf(form) < 0, "A secret was found.");
    }

    [Fact]
    public async Task Ordinary_machine_loads_its_modules_finds_no_processor_that_reports_and_asks_its_host()
    {
        EnclaveMachine machine = Machine();
        Stream port = (await machine.ConnectAsync(TimeProvider.System, Cancellation))!;
        var channel = new HostChannel(port, port);
        Assert.True(await channel.WaitForHelloAsync(Cancellation), machine.Diagnostics);
        await using var session = new EnclaveSession(channel, machine);
        using TaskFixture task = TaskFixture.OfText(Apps.Copy);
        EnclaveAnswer<EnclaveMessage.ReportRequest> answer = await session.StartAsync(task.Start, Cancellation);
        Assert.True(answer.Reason == AbortReason.None, machine.Diagnostics);
        Assert.Null(answer.Value!.Taken);
        Assert.Contains(GuestTee.NoReports, machine.Diagnostics, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("flood")]
    [InlineData("truncate")]
    [InlineData("leave")]
    public async Task Machine_whose_host_misbehaves_switches_itself_off(string what)
    {
        await using EnclaveMachine machine = Machine();
        Stream port = (await machine.ConnectAsync(TimeProvider.System, Cancellation))!;
        var channel = new HostChannel(port, port);
        // Spoken before the enclave does: it may be lost or met as garbage, and does no harm beyond that machine.
        if (what == "flood") await port.WriteAsync(RandomNumberGenerator.GetBytes(4096), Cancellation);
        Assert.True(await channel.WaitForHelloAsync(Cancellation), machine.Diagnostics);
        if (what == "truncate") await port.WriteAsync(new byte[] { 0, 0, 1, 0, 0xA1 }, Cancellation);
        if (what == "flood") await port.WriteAsync(new byte[] { 0xFF, 0xFF, 0xFF, 0xFF, 0xFF }, Cancellation);
        else machine.Disconnect();
        using Process process = Process.GetProcessById(machine.Id);
        await process.WaitForExitAsync(Cancellation).WaitAsync(TimeSpan.FromMinutes(2), Cancellation);
        await machine.DisposeAsync();
        Assert.Contains("errand-enclave: abort/", machine.Diagnostics, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Machine_of_a_living_host_is_left_alone_by_another_start()
    {
        Assert.SkipWhen(Missing is not null, $"Not run here: {Missing}.");
        await using EnclaveMachine machine = Machine();
        EnclaveFolder.RemoveLeftBehind(EnclaveMachine.FolderKind, LeftBehindMachine.End);
        Assert.True(machine.IsAlive);
        Assert.True(Directory.Exists(machine.StateFolder));
    }

    // A minute under emulation, where hashing takes ten times as long.
    [Fact(Explicit = true)]
    public async Task Data_larger_than_a_machine_s_memory_goes_through_it()
    {
        EnclaveMachine machine = Machine();
        Stream port = (await machine.ConnectAsync(TimeProvider.System, Cancellation))!;
        var channel = new HostChannel(port, port);
        Assert.True(await channel.WaitForHelloAsync(Cancellation), machine.Diagnostics);
        await using var session = new EnclaveSession(channel, machine);
        await StreamedInputTests.LargeFileAsync(session, 300L << 20);
    }

    private EnclaveMachine Machine()
    {
        Assert.SkipWhen(Missing is not null, $"Not run here: {Missing}.");
        return EnclaveMachine.Start(VmFiles.Options());
    }

    private static byte[] Export(SealedAsset asset)
    {
        var key = new byte[ContentKey.Size];
        asset.Key.DangerousExport(key);
        return key;
    }
}
