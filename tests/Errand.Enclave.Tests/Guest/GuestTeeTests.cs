namespace Errand.Enclave.Tests;

/// <summary>What the first process asks of its kernel, in which order, on machines with each kind of hardware and with none.</summary>
public sealed class GuestTeeTests
{
    private const int NoSuchFile = 2, Busy = 16, Exists = 17, NoSuchDevice = 19;
    private static readonly string[] Needed = ["load crypto_null.ko.xz", "load gf128mul.ko.xz", "load ghash-generic.ko.xz", "load gcm.ko.xz", "load configfs.ko.xz", "load tsm.ko.xz"];

    [Fact]
    public void Machine_without_hardware_has_no_reports_and_takes_no_more_modules()
    {
        var kernel = new ScriptedKernel { ["load sev-guest.ko.xz"] = NoSuchDevice, ["load tdx-guest.ko.xz"] = NoSuchDevice };
        using var tree = new TsmKernel();
        Assert.Null(GuestTee.Open(kernel, "/modules", tree, GuestTpm.None));
        string[] gone = ["unload tsm", "unload configfs", "unload gcm", "unload ghash_generic", "unload gf128mul", "unload crypto_null"];
        Assert.Equal([.. Needed, "load sev-guest.ko.xz", "load tdx-guest.ko.xz", .. gone, "seal"], kernel.Calls);
        Assert.Empty(tree.Steps);
    }

    [Theory]
    [InlineData("sev-guest", "sev_guest", "tdx-guest")]
    [InlineData("tdx-guest", "tdx_guest", "sev-guest")]
    public void After_its_report_the_machine_has_neither_configfs_nor_driver_nor_a_way_to_load_one(string driver, string module, string other)
    {
        var kernel = new ScriptedKernel { [$"load {other}.ko.xz"] = NoSuchDevice };
        using var tree = new TsmKernel { Provider = module, Report = data => driver == "sev-guest" ? TsmKernel.SnpReport(data) : [4, .. new byte[567], .. data, .. new byte[100]] };
        IReportSource source = GuestTee.Open(kernel, "/modules", tree, GuestTpm.None)!;
        Assert.Equal([.. Needed, "load sev-guest.ko.xz", "load tdx-guest.ko.xz", "mount configfs /sys/kernel/config"], kernel.Calls);
        kernel.Calls.Clear();
        source.Take(new byte[64]);
        string[] closing = ["unmount /sys/kernel/config", $"unload {module}", "seal"];
        Assert.Equal(driver == "tdx-guest" ? ["extend 48", .. closing] : closing, kernel.Calls);
        Assert.True(tree.IsEmpty);
    }

    [Theory]
    [InlineData("load tsm.ko.xz", NoSuchDevice)]
    [InlineData("load gcm.ko.xz", NoSuchFile)]
    [InlineData("load sev-guest.ko.xz", NoSuchFile)]
    [InlineData("load tdx-guest.ko.xz", Exists)]
    public void Image_or_kernel_that_lacks_a_part_is_no_machine_without_hardware(string call, int error)
    {
        using var tree = new TsmKernel();
        Assert.Equal(ReportFault.Module, Assert.Throws<ReportFaultException>(() => GuestTee.Open(new ScriptedKernel { [call] = error }, "/modules", tree, GuestTpm.None)).Fault);
    }

    [Fact]
    public void Hardware_without_configfs_does_not_become_a_machine_that_the_host_reports_on()
    {
        using var tree = new TsmKernel();
        Assert.Equal(ReportFault.NoReports, Assert.Throws<ReportFaultException>(() => GuestTee.Open(new ScriptedKernel { ["mount configfs /sys/kernel/config"] = NoSuchDevice }, "/modules", tree, GuestTpm.None)).Fault);
    }

    [Theory]
    [InlineData("unmount /sys/kernel/config")]
    [InlineData("unload tdx_guest")]
    [InlineData("seal")]
    [InlineData("extend 48")]
    public void Way_that_stays_open_gives_no_report(string call)
    {
        var kernel = new ScriptedKernel { ["load sev-guest.ko.xz"] = NoSuchDevice, [call] = Busy };
        using var tree = new TsmKernel { Provider = "tdx_guest\n", Report = data => [4, .. new byte[567], .. data, .. new byte[100]] };
        IReportSource source = GuestTee.Open(kernel, "/modules", tree, GuestTpm.None)!;
        Assert.Equal(ReportFault.StillOpen, Assert.Throws<ReportFaultException>(() => { source.Take(new byte[64]); }).Fault);
    }

    [Theory]
    [InlineData("unload tsm")]
    [InlineData("seal")]
    public void Modules_that_stay_end_a_machine_without_hardware_too(string call)
    {
        using var tree = new TsmKernel();
        var kernel = new ScriptedKernel { ["load sev-guest.ko.xz"] = NoSuchDevice, ["load tdx-guest.ko.xz"] = NoSuchDevice, [call] = Busy };
        Assert.Equal(ReportFault.StillOpen, Assert.Throws<ReportFaultException>(() => GuestTee.Open(kernel, "/modules", tree, GuestTpm.None)).Fault);
    }
}
