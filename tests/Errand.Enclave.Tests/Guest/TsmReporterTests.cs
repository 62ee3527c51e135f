using System.Security.Cryptography;

namespace Errand.Enclave.Tests;

/// <summary>One report through configfs-tsm, with a kernel that keeps to its documentation and with others.</summary>
public sealed class TsmReporterTests
{
    private static readonly byte[] Data = RandomNumberGenerator.GetBytes(TsmReporter.ReportDataSize);

    [Fact]
    public void Report_over_the_data_is_taken_once_and_the_way_is_closed_after_the_entry_is_gone()
    {
        using var kernel = new TsmKernel { Auxiliary = [1, 2, 3] };
        var closed = new List<(TsmProvider, bool)>();
        var reporter = new TsmReporter(kernel, provider => closed.Add((provider, kernel.IsEmpty)));
        TakenReport taken = reporter.Take(Data);
        Assert.Equal(TsmProvider.SevGuest, taken.Provider);
        Assert.Equal(TsmKernel.SnpReport(Data), taken.Report.ToArray());
        Assert.Equal<byte>([1, 2, 3], taken.Auxiliary.ToArray());
        Assert.Equal([(TsmProvider.SevGuest, true)], closed);
        // The data is written once; the generation is looked at before it and after all that it must cover.
        Assert.Equal(["create", "provider", "privlevel_floor", "generation", "inblob", "outblob", "auxblob", "generation", "remove"], kernel.Steps);
        Assert.Throws<InvalidOperationException>(() => reporter.Take(Data));
        Assert.Equal(9, kernel.Steps.Count);
    }

    [Theory]
    [InlineData(4, 48 + 520)]
    [InlineData(5, 48 + 6 + 520)]
    public void Quotes_of_both_versions_are_taken_without_certificates_or_levels(byte version, int offset)
    {
        using var kernel = new TsmKernel { Provider = "tdx_guest\n", Floor = null, Auxiliary = null, Generation = ulong.MaxValue, Report = data => Quote(version, offset, 5000, data) };
        TakenReport taken = new TsmReporter(kernel, _ => { }).Take(Data);
        Assert.Equal(TsmProvider.TdxGuest, taken.Provider);
        Assert.Equal(5000, taken.Report.Length);
        Assert.True(taken.Auxiliary.IsEmpty);
    }

    [Theory]
    [InlineData("no provider behind it", ReportFault.NoReports)]
    [InlineData("entry that is there", ReportFault.Device)]
    [InlineData("provider missing", ReportFault.Provider)]
    [InlineData("provider unknown", ReportFault.Provider)]
    [InlineData("provider endless", ReportFault.Provider)]
    [InlineData("provider empty", ReportFault.Provider)]
    [InlineData("level above", ReportFault.PrivilegeLevel)]
    [InlineData("generation missing", ReportFault.Generation)]
    [InlineData("write dropped", ReportFault.Generation)]
    [InlineData("write of another", ReportFault.Generation)]
    [InlineData("write refused", ReportFault.Busy)]
    [InlineData("report busy", ReportFault.Busy)]
    [InlineData("report too large for the kernel", ReportFault.Size)]
    [InlineData("device fails", ReportFault.Device)]
    [InlineData("report missing", ReportFault.Size)]
    [InlineData("report empty", ReportFault.Size)]
    [InlineData("report short", ReportFault.Size)]
    [InlineData("report long", ReportFault.Size)]
    [InlineData("report huge", ReportFault.Size)]
    [InlineData("certificates huge", ReportFault.Size)]
    [InlineData("quote short", ReportFault.Size)]
    [InlineData("quote of one byte", ReportFault.Size)]
    [InlineData("report over other data", ReportFault.ReportData)]
    [InlineData("quote over other data", ReportFault.ReportData)]
    [InlineData("remove refused", ReportFault.Busy)]
    internal void Kernel_that_gives_none_or_another_ends_it_and_closes_nothing_as_if_all_were_well(string what, ReportFault expected)
    {
        const int io = 5, noDevice = 6, busy = 16, exists = 17, large = 27;
        using TsmKernel kernel = what switch
        {
            "no provider behind it" => new() { Fault = ("create", noDevice) },
            "entry that is there" => new() { Fault = ("create", exists) },
            "provider missing" => new() { Missing = "provider" },
            "provider unknown" => new() { Provider = "arm_cca_guest\n" },
            "provider endless" => new() { Provider = "sev_guest" + new string('\n', 64) },
            "provider empty" => new() { Provider = "" },
            "level above" => new() { Floor = "1\n" },
            "generation missing" => new() { Missing = "generation" },
            "write dropped" => new() { Counts = 0 },
            "write of another" => new() { Counts = 2 },
            "write refused" => new() { Fault = ("inblob", busy) },
            "report busy" => new() { Fault = ("outblob", busy) },
            "report too large for the kernel" => new() { Fault = ("outblob", large) },
            "device fails" => new() { Fault = ("outblob", io) },
            "report missing" => new() { Missing = "outblob" },
            "report empty" => new() { Report = _ => [] },
            "report short" => new() { Report = data => TsmKernel.SnpReport(data)[..^1] },
            "report long" => new() { Report = data => [.. TsmKernel.SnpReport(data), 0] },
            "report huge" => new() { Report = data => [.. TsmKernel.SnpReport(data), .. new byte[TakenReport.SizeMax]] },
            "certificates huge" => new() { Auxiliary = new byte[TakenReport.SizeMax + 1] },
            "quote short" => new() { Provider = "tdx_guest\n", Report = data => Quote(4, 568, 48 + 584 + 4, data) },
            "quote of one byte" => new() { Provider = "tdx_guest\n", Report = _ => [4] },
            "report over other data" => new() { Report = data => TsmKernel.SnpReport([.. data[..63], (byte)(data[63] ^ 1)]) },
            "quote over other data" => new() { Provider = "tdx_guest\n", Report = data => Quote(5, 568, 5000, data) },
            "remove refused" => new() { Fault = ("remove", busy) },
            _ => throw new ArgumentOutOfRangeException(nameof(what)),
        };
        bool closed = false;
        var reporter = new TsmReporter(kernel, _ => closed = true);
        var fault = Assert.Throws<ReportFaultException>(() => { reporter.Take(Data); });
        Assert.Equal(expected, fault.Fault);
        Assert.StartsWith("report/", fault.FaultCode, StringComparison.Ordinal);
        Assert.False(closed);
        Assert.Throws<InvalidOperationException>(() => reporter.Take(Data));
    }

    [Fact]
    public void Machine_without_configfs_gives_no_reports()
    {
        string nowhere = Path.Combine(Path.GetTempPath(), $"errand-none-{Environment.ProcessId}");
        Assert.Equal(ReportFault.NoReports, Assert.Throws<ReportFaultException>(() => { new TsmReporter(new TsmFolder(nowhere), _ => { }).Take(Data); }).Fault);
        Assert.False(Directory.Exists(nowhere));
    }

    [Theory]
    [InlineData(63)]
    [InlineData(65)]
    public void Data_of_another_size_is_the_caller_s_fault(int size)
    {
        using var kernel = new TsmKernel();
        Assert.Throws<ArgumentException>(() => new TsmReporter(kernel, _ => { }).Take(new byte[size]));
        Assert.Empty(kernel.Steps);
    }

    private static byte[] Quote(byte version, int offset, int size, byte[] data)
    {
        var quote = new byte[size];
        quote[0] = version;
        data.CopyTo(quote, offset);
        return quote;
    }
}
