using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using Errand.Cryptography;
using Errand.Protocol;

namespace Errand.Enclave.Tests;

public sealed class ProcessEnclaveTests
{
    private readonly List<string> _warnings = [];

    private static CancellationToken Cancellation => TaskFixture.Cancellation;

    [Fact]
    public async Task Logreg_task_runs_in_a_child_process_and_leaves_nothing()
    {
        using TaskFixture task = TaskFixture.Logreg();
        EnclaveProcess process = EnclaveProcess.Start(EnclaveImage.FindFolder());
        IEnclaveSession session = await SessionAsync(process);
        TaskResult result = await task.RunAsync(session);
        Assert.Equal(OutcomeCode.Ok, result.Receipt!.Outcome);
        Assert.Contains("\"accuracy\": 0.9", Encoding.UTF8.GetString(result.File("model.json")), StringComparison.Ordinal);

        // Nothing was written while it ran, and nothing was said.
        Assert.Empty(Directory.GetFileSystemEntries(process.StateFolder, "*", SearchOption.AllDirectories));
        await session.DisposeAsync();
        Assert.Equal("", process.Diagnostics);
        Assert.False(Directory.Exists(process.StateFolder));
    }

    [Theory]
    [InlineData("copy", AbortReason.None)]
    [InlineData("trap", AbortReason.None)]
    [InlineData("profile", AbortReason.WasmProfile)]
    [InlineData("key", AbortReason.KeyCommitment)]
    public async Task Nothing_a_child_writes_holds_plaintext_or_keys(string what, AbortReason expected)
    {
        byte[] secret = "PLAINTXT"u8.ToArray();
        using TaskFixture task = TaskFixture.OfText(what switch { "trap" => Apps.LastWords, "profile" => Apps.Outside, _ => Apps.Copy }, secret);
        EnclaveProcess process = EnclaveProcess.Start(EnclaveImage.FindFolder());
        // All bytes that leave the process by its output, as the host sees them.
        using var seen = new RecordingStream(process.Output);
        var channel = new HostChannel(process.Input, seen);
        Assert.True(await channel.WaitForHelloAsync(Cancellation));
        var session = new EnclaveSession(channel, process);

        (_, EnclaveMessage.ReportRequest? enclave) = await task.PrepareAsync(session);
        AbortReason reason = AbortReason.None;
        foreach (SealedAsset asset in task.Assets)
        {
            byte[] release = what == "key" ? task.Release(asset, enclave!, task.Data[0].Asset.Key) : task.Release(asset, enclave!);
            if (reason == AbortReason.None) reason = await session.SendReleaseAsync(asset.Id, release, Cancellation);
        }
        if (reason == AbortReason.None) reason = (await task.FinishAsync(session, enclave!)).Reason;
        Assert.Equal(expected, reason);

        string[] left = Directory.GetFileSystemEntries(process.StateFolder, "*", SearchOption.AllDirectories);
        await session.DisposeAsync();
        Assert.Empty(left);
        byte[] said = [.. seen.Recorded, .. Encoding.UTF8.GetBytes(process.Diagnostics)];
        Assert.True(said.Length > 1000);
        foreach (byte[] hidden in task.Assets.Select(Export).Append(secret))
            foreach (byte[] form in new[] { hidden, Encoding.ASCII.GetBytes(Convert.ToHexString(hidden)), Encoding.ASCII.GetBytes(Convert.ToHexStringLower(hidden)), Encoding.ASCII.GetBytes(Convert.ToBase64String(hidden)) })
                Assert.True(said.AsSpan().IndexOf(form) < 0, $"{what}: found a secret.");
        Assert.Equal(expected == AbortReason.None ? "" : $"errand-enclave: {expected.Code()}\n", process.Diagnostics);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public async Task Killed_in_any_state_it_leaves_nothing(int state)
    {
        using TaskFixture task = TaskFixture.OfText(Apps.Endless, limits: TaskFixture.DefaultLimits with { Fuel = long.MaxValue });
        EnclaveProcess process = EnclaveProcess.Start(EnclaveImage.FindFolder());
        IEnclaveSession session = await SessionAsync(process);
        if (state >= 1) await session.StartAsync(task.Start, Cancellation);
        if (state >= 2) await session.ProvideReportAsync(task.ReportBytes, Cancellation);
        if (state >= 3) Assert.Equal(AbortReason.None, await session.ProvideInputsAsync(task.Inputs, Cancellation));
        int id = process.Id;
        if (state >= 4)
        {
            await session.DisposeAsync();
            await RunsUntilKilledAsync(task);
        }
        await session.DisposeAsync();
        Assert.False(Directory.Exists(process.StateFolder));
        Assert.False(Directory.Exists($"/proc/{id}"));
    }

    [Fact]
    public async Task App_that_runs_when_its_host_goes_away_ends()
    {
        using TaskFixture task = TaskFixture.OfText(Apps.Endless, limits: TaskFixture.DefaultLimits with { Fuel = long.MaxValue });
        await using EnclaveProcess process = EnclaveProcess.Start(EnclaveImage.FindFolder());
        IEnclaveSession session = await SessionAsync(process);
        await ReleaseAllAsync(task, session);
        process.Input.Dispose();
        using Process child = Process.GetProcessById(process.Id);
        await child.WaitForExitAsync(Cancellation).WaitAsync(TimeSpan.FromSeconds(20), Cancellation);
    }

    [Fact]
    public async Task Word_while_the_app_runs_ends_it()
    {
        using TaskFixture task = TaskFixture.OfText(Apps.Endless, limits: TaskFixture.DefaultLimits with { Fuel = long.MaxValue });
        await using EnclaveProcess process = EnclaveProcess.Start(EnclaveImage.FindFolder());
        IEnclaveSession session = await SessionAsync(process);
        await ReleaseAllAsync(task, session);
        await new HostChannel(process.Input, process.Output).SendAsync(new EnclaveMessage.Report(new byte[] { 1 }), Cancellation);
        Assert.Equal(AbortReason.Order, (await session.ReceiveResultAsync(Stream.Null, Cancellation)).Reason);
    }

    [Fact]
    public async Task Killed_from_outside_it_is_lost_and_nothing_is_left()
    {
        using TaskFixture task = TaskFixture.OfText(Apps.Copy);
        EnclaveProcess process = EnclaveProcess.Start(EnclaveImage.FindFolder());
        IEnclaveSession session = await SessionAsync(process);
        await session.StartAsync(task.Start, Cancellation);
        using (Process child = Process.GetProcessById(process.Id)) child.Kill();
        await session.ProvideReportAsync(task.ReportBytes, Cancellation);
        Assert.Equal(AbortReason.EnclaveLost, await session.ProvideInputsAsync(task.Inputs, Cancellation));
        await session.DisposeAsync();
        Assert.False(Directory.Exists(process.StateFolder));
    }

    [Fact]
    public async Task Child_has_no_environment_but_its_own_and_may_write_no_file()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Reads /proc.");
        Environment.SetEnvironmentVariable("ERRAND_TEST_SECRET", "do not inherit");
        await using EnclaveProcess process = EnclaveProcess.Start(EnclaveImage.FindFolder());
        await SessionAsync(process);
        string[] names = [.. File.ReadAllText($"/proc/{process.Id}/environ").Split('\0', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split('=')[0])];
        Assert.All(names, name => Assert.True(name is "HOME" or "TMPDIR" || name.StartsWith("DOTNET_", StringComparison.Ordinal), name));
        string limits = File.ReadAllText($"/proc/{process.Id}/limits");
        Assert.Matches(@"Max file size\s+0\s+0", limits);
        Assert.Matches(@"Max core file size\s+0\s+0", limits);
        Assert.Contains("NoNewPrivs:\t1", File.ReadAllText($"/proc/{process.Id}/status"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Launcher_warns_once_measures_and_gives_each_task_a_process_of_its_own()
    {
        await using var launcher = new ProcessEnclaveLauncher(new ProcessEnclaveOptions { Folder = EnclaveImage.FindFolder(), Warn = _warnings.Add, Standby = true });
        Assert.Equal(EnclaveImage.MeasurementSize, launcher.Measurement.Length);
        for (int i = 0; i < 3; i++)
        {
            using TaskFixture task = TaskFixture.OfText(Apps.Copy);
            var clock = Stopwatch.StartNew();
            EnclaveAnswer<IEnclaveSession> launched = await launcher.LaunchAsync(Cancellation);
            await using IEnclaveSession session = launched.Value!;
            Assert.Equal(AbortReason.None, (await task.RunAsync(session)).Reason);
            TestContext.Current.SendDiagnosticMessage("task with standby: {0} ms", clock.ElapsedMilliseconds);
            // It took one task and takes no other.
            Assert.Null((await session.StartAsync(task.Start, Cancellation)).Value);
        }
        Assert.Single(_warnings, warning => warning.StartsWith("WARNING", StringComparison.Ordinal) && !warning.Contains('\n', StringComparison.Ordinal));
    }

    [Fact]
    public async Task Enclave_that_says_nothing_is_given_up()
    {
        var time = new ImmediateTime();
        await using var launcher = new ProcessEnclaveLauncher(
            new ProcessEnclaveOptions { Folder = EnclaveImage.FindFolder(), Warn = _warnings.Add, StartTimeout = TimeSpan.FromTicks(1), Time = time });
        Assert.Equal(AbortReason.StartTimeout, (await launcher.LaunchAsync(Cancellation)).Reason);
    }

    [Fact]
    public async Task Program_that_is_no_enclave_is_lost()
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("errand-image-");
        try
        {
            Copy(EnclaveImage.FindFolder(), folder.FullName);
            File.WriteAllBytes(Path.Combine(folder.FullName, "Errand.Primitives.dll"), [0]);
            await using var launcher = new ProcessEnclaveLauncher(new ProcessEnclaveOptions { Folder = folder.FullName, Warn = _warnings.Add });
            Assert.Equal(AbortReason.EnclaveLost, (await launcher.LaunchAsync(Cancellation)).Reason);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public void Measurement_covers_name_and_content_of_every_file_of_the_program()
    {
        string from = EnclaveImage.FindFolder();
        DirectoryInfo folder = Directory.CreateTempSubdirectory("errand-image-");
        try
        {
            Copy(from, folder.FullName);
            byte[] before = EnclaveImage.Measure(folder.FullName);
            Assert.Equal(EnclaveImage.Measure(from), before);
            Assert.Contains(EnclaveImage.Files(from), path => path.EndsWith("libwasmtime.so", StringComparison.Ordinal) || path.Contains("wasmtime", StringComparison.Ordinal));
            Assert.Contains("Errand.Enclave.dll", EnclaveImage.Files(from));
            foreach (string path in EnclaveImage.Files(folder.FullName).Where(path => path.EndsWith(".dll", StringComparison.Ordinal)))
            {
                string file = Path.Combine(folder.FullName, path);
                byte[] content = File.ReadAllBytes(file);
                content[^1] ^= 1;
                File.WriteAllBytes(file, content);
                Assert.NotEqual(before, EnclaveImage.Measure(folder.FullName));
                content[^1] ^= 1;
                File.WriteAllBytes(file, content);
            }
            Assert.Equal(before, EnclaveImage.Measure(folder.FullName));
            File.Delete(Path.Combine(folder.FullName, "Errand.Protocol.dll"));
            Assert.Throws<InvalidDataException>(() => EnclaveImage.Measure(folder.FullName));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static async Task<IEnclaveSession> SessionAsync(EnclaveProcess process)
    {
        var channel = new HostChannel(process.Input, process.Output);
        Assert.True(await channel.WaitForHelloAsync(Cancellation), process.Diagnostics);
        return new EnclaveSession(channel, process);
    }

    private static async Task ReleaseAllAsync(TaskFixture task, IEnclaveSession session)
    {
        (AbortReason reason, EnclaveMessage.ReportRequest? enclave) = await task.PrepareAsync(session);
        Assert.Equal(AbortReason.None, reason);
        foreach (SealedAsset asset in task.Assets) Assert.Equal(AbortReason.None, await session.SendReleaseAsync(asset.Id, task.Release(asset, enclave!), Cancellation));
    }

    private static async Task RunsUntilKilledAsync(TaskFixture task)
    {
        EnclaveProcess process = EnclaveProcess.Start(EnclaveImage.FindFolder());
        IEnclaveSession session = await SessionAsync(process);
        await ReleaseAllAsync(task, session);
        await session.DisposeAsync();
        Assert.False(Directory.Exists(process.StateFolder));
    }

    private static byte[] Export(SealedAsset asset)
    {
        var key = new byte[ContentKey.Size];
        asset.Key.DangerousExport(key);
        return key;
    }

    private static void Copy(string from, string to)
    {
        foreach (string path in EnclaveImage.Files(from))
        {
            string target = Path.Combine(to, path);
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(Path.Combine(from, path), target);
        }
    }

    private sealed class ImmediateTime : TimeProvider
    {
        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            if (dueTime >= TimeSpan.Zero) dueTime = TimeSpan.Zero;
            return base.CreateTimer(callback, state, dueTime, period);
        }
    }
}
