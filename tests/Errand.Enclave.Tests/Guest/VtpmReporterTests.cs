using System.Security.Cryptography;
using Errand.Attestation;
using Errand.Platform;
using Errand.Tpm;

namespace Errand.Enclave.Tests;

/// <summary>A machine's report from the TPM that measured its boot.</summary>
public sealed class VtpmReporterTests : IAsyncLifetime
{
    private static readonly byte[] Data = [.. Enumerable.Range(1, VtpmReport.ReportDataSize).Select(i => (byte)i)];
    private readonly string _folder = Directory.CreateTempSubdirectory("errand-swtpm").FullName;
    private SwtpmMachine? _machine;
    private int _sealed;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        if (SwtpmTools.AreInstalled)
            _machine = await SwtpmMachine.StartAsync(Path.Combine(_folder, "m"), new SwtpmAuthority(Path.Combine(_folder, "authority")), new DevelopmentBoot(), TimeProvider.System, Cancellation);
    }

    public async ValueTask DisposeAsync()
    {
        if (_machine is not null) await _machine.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task Report_quotes_the_data_and_the_boot_and_afterwards_another_is_of_another_state()
    {
        var guest = new GuestTpm(Machine);
        TakenReport taken = Reporter(guest).Take(Data);
        Assert.Equal(["open", "log", "remove"], guest.Steps);
        Assert.Equal(1, _sealed);
        Assert.Equal(TsmProvider.DevelopmentVtpm, taken.Provider);
        Assert.True(VtpmReport.TryParse(taken.Report.Span, out VtpmReport? report));
        Assert.Equal(taken.Report.ToArray(), report.Encode());
        QuoteVerification quote = QuoteVerifier.Verify(report.Attest.Span, report.Signature.Span, TpmKey.FromPublicArea(TpmtPublic.TryParse(report.AkPublic.Span)!)!, Data, [report.Pcrs]);
        Assert.True(quote.Result.Accepted, quote.Result.FirstFailure?.ToString());
        Assert.Equal(await File.ReadAllBytesAsync(Machine.EventLogFile, Cancellation), report.EventLog.ToArray());

        var client = new TpmClient(Machine.Tpm, TimeProvider.System);
        PcrBank later = await client.ReadPcrsAsync(TpmAlgorithm.Sha256, VtpmReport.QuotedPcrs, Cancellation);
        Assert.Equal([9], VtpmReport.QuotedPcrs.Indices().Where(index => !later[index].Span.SequenceEqual(report.Pcrs[index].Span)));
        Assert.Empty(await client.ReadHandlesAsync(0x8000_0000, Cancellation));
        // Another machine on the same TPM has the same key, which is what its maker certifies.
        Assert.True(VtpmReport.TryParse(Reporter(new GuestTpm(Machine)).Take(Data).Report.Span, out VtpmReport? second));
        Assert.Equal(report.AkPublic.ToArray(), second.AkPublic.ToArray());
        Assert.NotEqual(report.Pcrs[9].ToArray(), second.Pcrs[9].ToArray());
    }

    [Fact]
    public void Second_report_and_data_of_another_size_are_the_caller_s_fault()
    {
        VtpmReporter reporter = Reporter(new GuestTpm(Machine));
        Assert.Throws<ArgumentException>(() => { reporter.Take(new byte[63]); });
        reporter.Take(Data);
        Assert.Throws<InvalidOperationException>(() => { reporter.Take(Data); });
    }

    [Theory]
    [InlineData("open", "report/tpm")]
    [InlineData("log", "report/tpm")]
    [InlineData("remove", "report/still-open")]
    public void Step_that_fails_gives_no_report(string step, string code) =>
        Assert.Equal(code, Assert.Throws<ReportFaultException>(() => { Reporter(new GuestTpm(Machine) { Refuses = step }).Take(Data); }).FaultCode);

    [Theory]
    [InlineData(0)]
    [InlineData(VtpmReport.SizeMax - 100)]
    [InlineData(VtpmReport.SizeMax + 1)]
    public void Log_that_no_report_holds_gives_none(int size) =>
        Assert.Equal(ReportFault.Size, Assert.Throws<ReportFaultException>(() => { Reporter(new GuestTpm(Machine) { Log = new byte[size] }).Take(Data); }).Fault);

    [Fact]
    public void Kernel_that_stays_open_gives_no_report() =>
        Assert.Throws<ReportFaultException>(() => { new VtpmReporter(new GuestTpm(Machine), () => throw new ReportFaultException(ReportFault.StillOpen)).Take(Data); });

    [Fact]
    public void Machine_with_a_tpm_reports_of_itself_and_keeps_its_kernel_open_until_then()
    {
        var kernel = new ScriptedKernel { ["load sev-guest.ko.xz"] = 19, ["load tdx-guest.ko.xz"] = 19 };
        using var tree = new TsmKernel();
        IReportSource source = GuestTee.Open(kernel, "/modules", tree, new GuestTpm(Machine))!;
        Assert.Equal("unload crypto_null", kernel.Calls[^1]);
        Assert.Equal(TsmProvider.DevelopmentVtpm, source.Take(Data).Provider);
        Assert.Equal("seal", kernel.Calls[^1]);
    }

    [Fact]
    public void Processor_that_speaks_for_the_machine_is_asked_and_not_the_host_s_tpm()
    {
        var kernel = new ScriptedKernel { ["load tdx-guest.ko.xz"] = 19 };
        using var tree = new TsmKernel();
        var guest = new GuestTpm(Machine);
        Assert.Equal(TsmProvider.SevGuest, GuestTee.Open(kernel, "/modules", tree, guest)!.Take(RandomNumberGenerator.GetBytes(64)).Provider);
        Assert.Empty(guest.Steps);
    }

    private SwtpmMachine Machine
    {
        get
        {
            Assert.SkipWhen(_machine is null, "swtpm is not installed (Debian packages swtpm and swtpm-tools).");
            return _machine!;
        }
    }

    private VtpmReporter Reporter(GuestTpm guest) => new(guest, () => _sealed++);
}
