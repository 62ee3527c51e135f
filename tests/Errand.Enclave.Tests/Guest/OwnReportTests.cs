using Errand.Protocol;

namespace Errand.Enclave.Tests;

/// <summary>An enclave that takes its report itself, from intake to result.</summary>
public sealed class OwnReportTests
{
    [Fact]
    public async Task Task_runs_over_the_report_that_the_enclave_took()
    {
        using TaskFixture task = TaskFixture.OfText(Apps.Copy, "PLAINTXT"u8.ToArray());
        using var kernel = new TsmKernel { Auxiliary = [7] };
        (LocalEnclave enclave, IEnclaveSession session) = await LocalEnclave.LaunchAsync(reports: new TsmReporter(kernel, _ => { }), provider: TsmProvider.SevGuest);
        await using (session)
        {
            (AbortReason reason, EnclaveMessage.ReportRequest? request) = await task.PrepareAsync(session);
            Assert.Equal(AbortReason.None, reason);
            Assert.Equal(TsmKernel.SnpReport(request!.ReportData.ToArray()), request.Taken!.Report.ToArray());
            Assert.Equal<byte>([7], request.Taken.Auxiliary.ToArray());
            foreach (SealedAsset asset in task.Assets) Assert.Equal(AbortReason.None, await session.SendReleaseAsync(asset.Id, task.Release(asset, request), TaskFixture.Cancellation));
            // The receipt names the evidence that the enclave took, which FinishAsync compares.
            TaskResult result = await task.FinishAsync(session, request);
            Assert.Equal(OutcomeCode.Ok, result.Receipt!.Outcome);
            Assert.Equal("PLAINTXT"u8.ToArray(), result.File("f"));
        }
        Assert.True(enclave.Join());
    }

    [Fact]
    public async Task Report_of_the_host_is_against_the_order_once_the_enclave_has_its_own()
    {
        using TaskFixture task = TaskFixture.OfText(Apps.Copy);
        using var kernel = new TsmKernel();
        await using LocalEnclave enclave = LocalEnclave.Begin(reports: new TsmReporter(kernel, _ => { }));
        var channel = new HostChannel(enclave.ToEnclave, enclave.FromEnclave);
        Assert.True(await channel.WaitForHelloAsync(TaskFixture.Cancellation));
        await channel.SendAsync(task.Start, TaskFixture.Cancellation);
        Assert.NotNull((await channel.ReceiveAsync<EnclaveMessage.ReportRequest>(TaskFixture.Cancellation)).Value!.Taken);
        await channel.SendAsync(new EnclaveMessage.Report(task.ReportBytes), TaskFixture.Cancellation);
        Assert.NotNull((await channel.ReceiveAsync<EnclaveMessage.InputRequest>(TaskFixture.Cancellation)).Value);
        Assert.Equal(AbortReason.Order, (await channel.ReceiveAsync(TaskFixture.Cancellation)).Reason);
    }

    [Fact]
    public async Task Processor_that_gives_no_report_ends_the_run_with_a_code_and_the_console_says_which_step()
    {
        using TaskFixture task = TaskFixture.OfText(Apps.Copy);
        using var kernel = new TsmKernel { Counts = 2 };
        (LocalEnclave enclave, IEnclaveSession session) = await LocalEnclave.LaunchAsync(reports: new TsmReporter(kernel, _ => { }), provider: TsmProvider.SevGuest);
        await using (session) Assert.Equal(AbortReason.Report, (await session.StartAsync(task.Start, TaskFixture.Cancellation)).Reason);
        Assert.True(enclave.Join());
        Assert.Contains("errand-enclave: report/generation", enclave.Diagnostics, StringComparison.Ordinal);
        Assert.Equal(EnclaveHost.ExitAborted, enclave.ExitCode);
    }

    [Theory]
    [InlineData(TsmProvider.SevGuest, false)] // A guest that asks its host for a report is none.
    [InlineData(TsmProvider.TdxGuest, true)] // Another processor's.
    [InlineData(TsmProvider.None, true)] // An ordinary machine has none.
    public async Task Launcher_takes_no_other_kind_of_report_than_its_machines_give(TsmProvider expected, bool own)
    {
        using TaskFixture task = TaskFixture.OfText(Apps.Copy);
        using var kernel = new TsmKernel();
        (_, IEnclaveSession session) = await LocalEnclave.LaunchAsync(reports: own ? new TsmReporter(kernel, _ => { }) : null, provider: expected);
        await using (session) Assert.Equal(AbortReason.EnclaveLost, (await session.StartAsync(task.Start, TaskFixture.Cancellation)).Reason);
    }

    [Fact]
    public async Task Report_on_the_platform_is_over_data_that_the_enclave_makes_and_ends_it()
    {
        using TaskFixture task = TaskFixture.OfText(Apps.Copy);
        using var kernel = new TsmKernel { Auxiliary = [7] };
        var start = new EnclaveMessage.PlatformStart(task.Start.Network, task.Executor.PublicKey, task.Start.Seed);
        (LocalEnclave enclave, IEnclaveSession session) = await LocalEnclave.LaunchAsync(reports: new TsmReporter(kernel, _ => { }), provider: TsmProvider.SevGuest);
        await using (session)
        {
            TakenReport taken = (await session.ReportPlatformAsync(start, TaskFixture.Cancellation)).Value!;
            Assert.Equal(TsmKernel.SnpReport(OfferEntry.PlatformReportData(start.Network, start.Node, start.EkId)), taken.Report.ToArray());
            Assert.Equal<byte>([7], taken.Auxiliary.ToArray());
            // It is over: no task comes after it.
            Assert.NotEqual(AbortReason.None, (await session.StartAsync(task.Start, TaskFixture.Cancellation)).Reason);
        }
        Assert.True(enclave.Join());
        Assert.Equal(EnclaveHost.ExitDone, enclave.ExitCode);
    }

    [Fact]
    public async Task Enclave_without_a_processor_of_its_own_gives_no_report_on_the_platform()
    {
        using TaskFixture task = TaskFixture.OfText(Apps.Copy);
        var start = new EnclaveMessage.PlatformStart(task.Start.Network, task.Executor.PublicKey, task.Start.Seed);
        await using LocalEnclave enclave = LocalEnclave.Begin();
        var channel = new HostChannel(enclave.ToEnclave, enclave.FromEnclave);
        Assert.True(await channel.WaitForHelloAsync(TaskFixture.Cancellation));
        await channel.SendAsync(start, TaskFixture.Cancellation);
        Assert.Equal(AbortReason.Order, (await channel.ReceiveAsync(TaskFixture.Cancellation)).Reason);

        (_, IEnclaveSession session) = await LocalEnclave.LaunchAsync();
        await using (session) await Assert.ThrowsAsync<InvalidOperationException>(() => session.ReportPlatformAsync(start, TaskFixture.Cancellation));
    }

    [Fact]
    public async Task A_second_start_and_another_processor_s_report_on_the_platform_are_refused()
    {
        using TaskFixture task = TaskFixture.OfText(Apps.Copy);
        using var kernel = new TsmKernel();
        var start = new EnclaveMessage.PlatformStart(task.Start.Network, task.Executor.PublicKey, task.Start.Seed);
        await using (LocalEnclave enclave = LocalEnclave.Begin(reports: new TsmReporter(kernel, _ => { })))
        {
            var channel = new HostChannel(enclave.ToEnclave, enclave.FromEnclave);
            Assert.True(await channel.WaitForHelloAsync(TaskFixture.Cancellation));
            await channel.SendAsync(task.Start, TaskFixture.Cancellation);
            Assert.NotNull((await channel.ReceiveAsync<EnclaveMessage.ReportRequest>(TaskFixture.Cancellation)).Value);
            await channel.SendAsync(start, TaskFixture.Cancellation);
            Assert.NotNull((await channel.ReceiveAsync<EnclaveMessage.InputRequest>(TaskFixture.Cancellation)).Value);
            Assert.Equal(AbortReason.Order, (await channel.ReceiveAsync(TaskFixture.Cancellation)).Reason);
        }
        using var other = new TsmKernel();
        (_, IEnclaveSession session) = await LocalEnclave.LaunchAsync(reports: new TsmReporter(other, _ => { }), provider: TsmProvider.TdxGuest);
        await using (session) Assert.Equal(AbortReason.EnclaveLost, (await session.ReportPlatformAsync(start, TaskFixture.Cancellation)).Reason);
    }

    [Fact]
    public async Task Report_for_an_enclave_that_has_its_own_is_the_caller_s_fault()
    {
        using var kernel = new TsmKernel();
        (_, IEnclaveSession session) = await LocalEnclave.LaunchAsync(reports: new TsmReporter(kernel, _ => { }), provider: TsmProvider.SevGuest);
        await using (session) await Assert.ThrowsAsync<InvalidOperationException>(() => session.ProvideReportAsync(new byte[1], TaskFixture.Cancellation));
    }
}
