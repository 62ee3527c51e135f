using System.Diagnostics;
using System.Text;
using Errand.Cryptography;
using Errand.Primitives;
using Errand.Protocol;

namespace Errand.Enclave.Tests;

/// <summary>What every launcher promises, whatever its enclaves are.</summary>
public abstract class LauncherContract
{
    protected static CancellationToken Cancellation => TaskFixture.Cancellation;

    /// <summary>Why the enclaves cannot be made here; null when they can.</summary>
    protected abstract string? Missing { get; }

    protected abstract IEnclaveLauncher Create(bool standby);

    [Fact]
    public async Task Task_on_real_data_runs_and_leaves_nothing()
    {
        await using IEnclaveLauncher launcher = Launcher();
        using TaskFixture task = TaskFixture.Logreg();
        IEnclaveSession session = await LaunchAsync(launcher);
        IEnclaveInstance enclave = ((EnclaveSession)session).Enclave;
        (string folder, int id) = (enclave.StateFolder, enclave.Id);
        TaskResult result = await task.RunAsync(session);
        Assert.True(result.Reason == AbortReason.None, $"{result.Reason}: {session.Diagnostics}");
        Assert.Equal(OutcomeCode.Ok, result.Receipt!.Outcome);
        Assert.Contains("\"accuracy\": 0.9", Encoding.UTF8.GetString(result.File("model.json")), StringComparison.Ordinal);
        await session.DisposeAsync();
        AssertGone(folder, id);
    }

    [Fact]
    public async Task Each_task_has_an_enclave_of_its_own_that_takes_no_second_one()
    {
        await using IEnclaveLauncher launcher = Launcher(standby: true);
        Assert.Equal(EnclaveImage.MeasurementSize, launcher.Measurement.Length);
        var seen = new HashSet<int>();
        for (int i = 0; i < 2; i++)
        {
            using TaskFixture task = TaskFixture.OfText(Apps.Copy, "PLAINTXT"u8.ToArray());
            await using IEnclaveSession session = await LaunchAsync(launcher);
            Assert.True(seen.Add(((EnclaveSession)session).Enclave.Id));
            TaskResult result = await task.RunAsync(session);
            Assert.Equal("PLAINTXT"u8.ToArray(), result.File("f"));
            Assert.Null((await session.StartAsync(task.Start, Cancellation)).Value);
        }
    }

    [Theory]
    [InlineData(0)] // waits for a task
    [InlineData(1)] // has its keys
    [InlineData(2)] // has its inputs
    [InlineData(3)] // runs
    public async Task Killed_in_any_state_it_is_lost_and_leaves_nothing(int state)
    {
        await using IEnclaveLauncher launcher = Launcher();
        using TaskFixture task = TaskFixture.OfText(Apps.Endless, limits: TaskFixture.DefaultLimits with { Fuel = long.MaxValue });
        IEnclaveSession session = await LaunchAsync(launcher);
        IEnclaveInstance enclave = ((EnclaveSession)session).Enclave;
        (string folder, int id) = (enclave.StateFolder, enclave.Id);
        EnclaveMessage.ReportRequest? request = state >= 1 ? (await session.StartAsync(task.Start, Cancellation)).Value : null;
        if (state >= 2)
        {
            if (request!.Taken is null) await session.ProvideReportAsync(task.ReportBytes, Cancellation);
            else task.ReportBytes = request.Taken.Report.ToArray();
            Assert.Equal(AbortReason.None, await session.ProvideInputsAsync(task.Inputs, Cancellation));
        }
        if (state >= 3)
            foreach (SealedAsset asset in task.Assets) Assert.Equal(AbortReason.None, await session.SendReleaseAsync(asset.Id, task.Release(asset, request!), Cancellation));

        using (Process killed = Process.GetProcessById(id)) killed.Kill();
        Assert.Equal(AbortReason.EnclaveLost, (await session.ReceiveResultAsync(Stream.Null, Cancellation)).Reason);
        await session.DisposeAsync();
        AssertGone(folder, id);
    }

    [Fact]
    public async Task T_23_content_two_keys_is_refused_by_the_key_commitment()
    {
        using ContentKey first = ContentKey.FromBytes(TaskFixture.Seed(1)), second = ContentKey.FromBytes(TaskFixture.Seed(2));
        (byte[] file, ContentId content, _) = Salamander.Seal(first, second);
        var asset = new SealedAsset(SigningKey.FromSeed(TaskFixture.Seed(11)), first, new byte[32], file, content);
        using TaskFixture task = new() { App = SealedAsset.Of(Wasmtime.Module.ConvertText(Apps.Copy), 10), Data = [(asset, "secret")] };
        Assert.Equal(AbortReason.KeyCommitment, await ReleaseAsync(task, enclave => task.Release(asset, enclave, second)));
    }

    [Fact]
    public async Task T_24_header_swapped_has_another_content_id()
    {
        using TaskFixture task = TaskFixture.OfText(Apps.Copy);
        byte[] file = [.. task.Data[0].Asset.File];
        file[30] ^= 1;
        await using IEnclaveLauncher launcher = Launcher();
        await using IEnclaveSession session = await LaunchAsync(launcher);
        (AbortReason reason, _) = await task.PrepareAsync(session, [task.App.ToInput(), task.Data[0].Asset.WithFile(file).ToInput()]);
        Assert.Equal(AbortReason.ContentId, reason);
    }

    [Fact]
    public async Task T_25_submit_with_another_recipient_gives_another_task_and_other_report_data()
    {
        using TaskFixture task = TaskFixture.OfText(Apps.Copy);
        using HpkePrivateKey thief = HpkePrivateKey.Generate(HpkeSuite.Default);
        CoseSign1 resigned = EntrySigner.Sign(task.Network, task.Executor, 1, task.Submit with { Recipients = [thief.PublicKey.Encode()] });
        await using IEnclaveLauncher launcher = Launcher();
        await using IEnclaveSession session = await LaunchAsync(launcher);
        EnclaveMessage.ReportRequest request = (await session.StartAsync(task.Start with { SubmitEntry = resigned.Encoded }, Cancellation)).Value!;
        Assert.NotEqual(task.Task, request.Task);
        Assert.NotEqual(
            EvidenceEntry.ReportData(task.Network, task.Task, task.Attempt, task.Executor.PublicKey, task.DrawSeed, request.HpkeKey.Span, request.ReceiptKey), request.ReportData.ToArray());
        Assert.Equal(
            EvidenceEntry.ReportData(task.Network, request.Task, task.Attempt, task.Executor.PublicKey, task.DrawSeed, request.HpkeKey.Span, request.ReceiptKey), request.ReportData.ToArray());
    }

    [Fact]
    public async Task T_26_arguments_of_another_task_are_refused()
    {
        SealedAsset mine = SealedAsset.Of(SecretArguments.Encode(["--dose=3"]), owner: 1, key: 0x60);
        using SealedAsset others = SealedAsset.Of(SecretArguments.Encode(["--dose=9"]), owner: 1, key: 0x61);
        using TaskFixture task = TaskFixture.OfText(Apps.Echo, secret: mine);
        await using IEnclaveLauncher launcher = Launcher();
        await using IEnclaveSession session = await LaunchAsync(launcher);
        (AbortReason reason, _) = await task.PrepareAsync(session, [task.App.ToInput(), others.ToInput() with { Asset = mine.Id }, task.Data[0].Asset.ToInput()]);
        Assert.Equal(AbortReason.ArgumentDigest, reason);
    }

    [Fact]
    public async Task T_36_second_report_is_refused()
    {
        using TaskFixture task = TaskFixture.OfText(Apps.Copy);
        await using IEnclaveLauncher launcher = Launcher();
        await using IEnclaveSession session = await LaunchAsync(launcher);
        (AbortReason reason, EnclaveMessage.ReportRequest? enclave) = await task.PrepareAsync(session);
        Assert.Equal(AbortReason.None, reason);
        // Of one that brings its own the host cannot even be wrong.
        if (enclave!.Taken is not null)
        {
            await Assert.ThrowsAsync<InvalidOperationException>(() => session.ProvideReportAsync(new byte[] { 9 }, Cancellation));
            return;
        }
        await session.ProvideReportAsync(new byte[] { 9 }, Cancellation);
        Assert.Equal(AbortReason.Order, await session.SendReleaseAsync(task.App.Id, task.Release(task.App, enclave), Cancellation));
    }

    [Fact]
    public async Task T_101_host_files_network_environment_and_clock_are_absent()
    {
        using TaskFixture task = new()
        {
            App = SealedAsset.Of(Samples.Module("cheat"), owner: 10), Data = [(SealedAsset.Of("0123456789"u8.ToArray(), owner: 11), "table")],
        };
        await using IEnclaveLauncher launcher = Launcher();
        await using IEnclaveSession session = await LaunchAsync(launcher);
        TaskResult result = await task.RunAsync(session);
        Assert.True(result.Reason == AbortReason.None, $"{result.Reason}: {session.Diagnostics}");
        string[] lines = Encoding.UTF8.GetString(Assert.Single(result.Package!.Files).Content.Span).TrimEnd('\n').Split('\n');
        Assert.True(lines.Length > 60, $"The report has {lines.Length} lines.");
        Assert.DoesNotContain(lines, line => line.EndsWith("GRANTED", StringComparison.Ordinal));
        Assert.Contains("clock: 0.000000000", lines);
        Assert.Contains("environment: empty", lines);
    }

    [Fact]
    public async Task T_50_foreign_key_injected_is_refused_by_the_owner_s_signature()
    {
        using TaskFixture task = TaskFixture.OfText(Apps.Copy);
        Assert.Equal(AbortReason.ReleaseSignature, await ReleaseAsync(task, enclave => task.Release(task.Data[0].Asset, enclave, signer: task.Executor)));
    }

    [Fact]
    public async Task T_51_release_of_another_attempt_is_refused_by_its_context()
    {
        using TaskFixture task = TaskFixture.OfText(Apps.Copy);
        SealedAsset asset = task.Data[0].Asset;
        byte[] other = ReleaseEntry.Context(task.Network, task.Task, task.Attempt + 1, asset.Id, task.EvidenceDigest);
        Assert.Equal(AbortReason.ReleaseContext, await ReleaseAsync(task, enclave => TaskFixture.Release(asset, other, enclave)));
    }

    private protected IEnclaveLauncher Launcher(bool standby = false)
    {
        Assert.SkipWhen(Missing is not null, $"Not run here: {Missing}.");
        return Create(standby);
    }

    private protected static async Task<IEnclaveSession> LaunchAsync(IEnclaveLauncher launcher)
    {
        EnclaveAnswer<IEnclaveSession> launched = await launcher.LaunchAsync(Cancellation);
        Assert.Equal(AbortReason.None, launched.Reason);
        return launched.Value!;
    }

    private protected static void AssertGone(string folder, int process)
    {
        Assert.False(Directory.Exists(folder));
        Assert.False(Directory.Exists($"/proc/{process}"));
    }

    // Sends one release, for the first data asset, to a fresh enclave.
    private async Task<AbortReason> ReleaseAsync(TaskFixture task, Func<EnclaveMessage.ReportRequest, byte[]> make)
    {
        await using IEnclaveLauncher launcher = Launcher();
        await using IEnclaveSession session = await LaunchAsync(launcher);
        (AbortReason reason, EnclaveMessage.ReportRequest? enclave) = await task.PrepareAsync(session);
        Assert.Equal(AbortReason.None, reason);
        return await session.SendReleaseAsync(task.Data[0].Asset.Id, make(enclave!), Cancellation);
    }
}
