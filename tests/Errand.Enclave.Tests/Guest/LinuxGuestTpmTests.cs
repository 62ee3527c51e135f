using System.Runtime.Versioning;

namespace Errand.Enclave.Tests;

/// <summary>A TPM is taken from its driver as sysfs has it: by links that are relative to where they really lie.</summary>
[SupportedOSPlatform("linux")]
public sealed class LinuxGuestTpmTests : IDisposable
{
    private const string Device = "sys/devices/LNXSYSTM:00/LNXSYBUS:00/MSFT0101:00", Driver = "sys/bus/acpi/drivers/tpm_crb";
    private readonly string _root = Directory.CreateTempSubdirectory("errand-sysfs-").FullName;

    public LinuxGuestTpmTests()
    {
        Directory.CreateDirectory(At(Device + "/tpm/tpm0"));
        Directory.CreateDirectory(At(Driver));
        Directory.CreateDirectory(At("sys/class/tpm"));
        Directory.CreateDirectory(At("dev"));
        File.WriteAllText(At(Driver + "/unbind"), "");
        Directory.CreateSymbolicLink(At("sys/class/tpm/tpm0"), "../../devices/LNXSYSTM:00/LNXSYBUS:00/MSFT0101:00/tpm/tpm0");
        Directory.CreateSymbolicLink(At(Device + "/tpm/tpm0/device"), "../../../MSFT0101:00");
        Directory.CreateSymbolicLink(At(Device + "/driver"), "../../../../bus/acpi/drivers/tpm_crb");
    }

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Fact]
    public void Driver_is_told_to_let_go_of_the_device_and_one_that_does_not_is_noticed()
    {
        var tpm = new LinuxGuestTpm(new ScriptedKernel(), _root);
        Assert.True(tpm.IsThere);
        // Nobody takes the device away here.
        Assert.Throws<IOException>(tpm.Remove);
        Assert.Equal("MSFT0101:00", File.ReadAllText(At(Driver + "/unbind")));
    }

    [Fact]
    public void Kernel_without_a_tpm_or_a_log_says_so()
    {
        Directory.Delete(At("sys/class/tpm/tpm0"));
        var kernel = new ScriptedKernel();
        var tpm = new LinuxGuestTpm(kernel, _root);
        Assert.False(tpm.IsThere);
        Assert.ThrowsAny<IOException>(tpm.Remove);
        Assert.ThrowsAny<IOException>(() => { tpm.ReadLog(10); });
        Assert.Equal($"unmount {At("sys/kernel/security")}", kernel.Calls[^1]);
    }

    [Fact]
    public void Log_is_read_up_to_a_bound()
    {
        Directory.CreateDirectory(At("sys/kernel/security/tpm0"));
        File.WriteAllBytes(At("sys/kernel/security/tpm0/binary_bios_measurements"), [1, 2, 3]);
        var kernel = new ScriptedKernel();
        var tpm = new LinuxGuestTpm(kernel, _root);
        Assert.Equal<byte>([1, 2, 3], tpm.ReadLog(3));
        Assert.Equal<byte>([1, 2], tpm.ReadLog(1));
        kernel[$"mount securityfs {At("sys/kernel/security")}"] = 16;
        Assert.Throws<IOException>(() => { tpm.ReadLog(3); });
    }

    private string At(string path) => Path.Combine(_root, path);
}
