using System.Diagnostics;
using System.Globalization;

namespace Errand.Enclave.Tests;

/// <summary>A host of one machine as a process of its own, with a temporary folder of its own.</summary>
internal sealed class MachineHost : IDisposable
{
    public const string Argument = "--run-machine-host";

    private readonly Process _process;

    private MachineHost(Process process) => _process = process;

    /// <summary>The child's own program: goes as far as it is told, says what runs now, and waits to be killed.</summary>
    /// <param name="step">How far.</param>
    /// <param name="tpmState">The state of a TPM, with which the machine boots; empty for a machine without.</param>
    public static async Task<int> RunAsync(HostStep step, string tpmState)
    {
        VmEnclaveOptions options = VmFiles.Options();
        if (tpmState.Length > 0) options = options with { Profile = VmProfile.Vtpm, TpmState = tpmState };
        if (step == HostStep.TpmStarted)
        {
            EnclaveFolder folder = EnclaveFolder.Create(EnclaveMachine.FolderKind);
            await WaitAsync([EnclaveTpm.Start(folder.Path, tpmState).Id]);
        }
        EnclaveMachine machine = EnclaveMachine.Start(options);
        int[] running = [machine.Id, .. machine.TpmId is { } tpm ? [tpm] : Array.Empty<int>()];
        if (step == HostStep.Started) await WaitAsync(running);
        Stream port = await machine.ConnectAsync(TimeProvider.System, CancellationToken.None) ?? throw new InvalidOperationException(machine.Diagnostics);
        var channel = new HostChannel(port, port);
        if (!await channel.WaitForHelloAsync(CancellationToken.None)) throw new InvalidOperationException(machine.Diagnostics);
        if (step > HostStep.Ready) await GoOnAsync(new EnclaveSession(channel, machine, tpmState.Length > 0 ? TsmProvider.DevelopmentVtpm : TsmProvider.None), step);
        await WaitAsync(running);
        return 0;
    }

    /// <summary>Starts one and waits until it is as far as told.</summary>
    /// <param name="folder">Its folder for temporary files.</param>
    /// <param name="step">How far.</param>
    /// <param name="tpmState">As above.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <returns>The host, and the numbers of the machine's processes.</returns>
    public static async Task<(MachineHost Host, int[] Running)> StartAsync(string folder, HostStep step, string tpmState, CancellationToken cancellation)
    {
        var info = new ProcessStartInfo(Environment.ProcessPath!, [Argument, step.ToString(), tpmState]) { RedirectStandardOutput = true };
        info.Environment["TMPDIR"] = folder;
        var host = new MachineHost(Process.Start(info)!);
        string? line = await host._process.StandardOutput.ReadLineAsync(cancellation);
        if (line is not null) return (host, [.. line.Split(' ').Select(number => int.Parse(number, CultureInfo.InvariantCulture))]);
        host.Dispose();
        throw new InvalidOperationException("The host has ended by itself.");
    }

    /// <summary>Kills it with SIGKILL.</summary>
    public void Dispose()
    {
        _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
    }

    private static async Task GoOnAsync(EnclaveSession session, HostStep step)
    {
        TaskFixture task = step == HostStep.Done ? TaskFixture.OfText(Apps.Copy) : TaskFixture.OfText(Apps.Endless, limits: TaskFixture.DefaultLimits with { Fuel = long.MaxValue });
        EnclaveMessage.ReportRequest request = (await session.StartAsync(task.Start, CancellationToken.None)).Value!;
        if (step == HostStep.Asked) return;
        if (request.Taken is { } taken) task.ReportBytes = taken.Report.ToArray();
        else await session.ProvideReportAsync(task.ReportBytes, CancellationToken.None);
        Expect(await session.ProvideInputsAsync(task.Inputs, CancellationToken.None));
        if (step == HostStep.Loaded) return;
        foreach (SealedAsset asset in task.Assets) Expect(await session.SendReleaseAsync(asset.Id, task.Release(asset, request), CancellationToken.None));
        if (step == HostStep.Done) Expect((await session.ReceiveResultAsync(Stream.Null, CancellationToken.None)).Reason);
    }

    private static void Expect(AbortReason reason)
    {
        if (reason != AbortReason.None) throw new InvalidOperationException(reason.Code());
    }

    // Until it is killed. Should nobody do that, the tests are gone.
    private static async Task WaitAsync(int[] running)
    {
        await Console.Out.WriteLineAsync(string.Join(' ', running));
        await Task.Delay(TimeSpan.FromMinutes(10));
        throw new TimeoutException("Nobody has killed this host.");
    }
}
