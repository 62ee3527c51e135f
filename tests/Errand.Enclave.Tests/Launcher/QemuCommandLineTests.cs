namespace Errand.Enclave.Tests;

public sealed class QemuCommandLineTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("errand-image-");

    public QemuCommandLineTests()
    {
        foreach (string name in (string[])[VmImage.KernelName, VmImage.InitrdName, "firmware"]) File.WriteAllText(At(name), name);
        File.WriteAllText(At(VmImage.CommandLineName), "console=ttyS0 panic=-1\n");
    }

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [InlineData(VmMode.Emulated, "-M q35 -accel tcg,tb-size=64 -cpu max -m 256M -smp 1 ")]
    [InlineData(VmMode.SevSnp, "-M q35,confidential-guest-support=tee,memory-backend=memory -accel kvm -cpu EPYC-v4 -object memory-backend-memfd,id=memory,size=256M,share=true "
        + "-object sev-snp-guest,id=tee,cbitpos=51,reduced-phys-bits=1,policy=0x30000,kernel-hashes=on -m 256M -smp 1 -bios {firmware} ")]
    [InlineData(VmMode.Tdx, "-M q35,kernel-irqchip=split,confidential-guest-support=tee,hpet=off -accel kvm -cpu host "
        + "-object {\"qom-type\":\"tdx-guest\",\"id\":\"tee\",\"quote-generation-socket\":{\"type\":\"vsock\",\"cid\":\"2\",\"port\":\"4050\"}} -m 256M -smp 1 -bios {firmware} ")]
    [InlineData(VmMode.Vtpm, "-M q35 -accel tcg,tb-size=64 -cpu max -m 256M -smp 1 -bios {firmware} ", " -chardev socket,id=tpm,path=/run/x/tpm -tpmdev emulator,id=tpm,chardev=tpm -device tpm-crb,tpmdev=tpm")]
    public void Modes_differ_in_machine_firmware_and_tpm_alone(VmMode mode, string machine, string tpm = "")
    {
        string line = string.Join(' ', QemuCommandLine.Build(Profile(mode), VmImage.Open(_folder.FullName), "/run/x/channel", "/run/x/tpm"));
        Assert.Equal(
            "-nodefaults -no-user-config -display none -no-reboot -sandbox on,obsolete=deny,elevateprivileges=deny,spawn=deny,resourcecontrol=deny -serial stdio "
            + machine.Replace("{firmware}", At("firmware"), StringComparison.Ordinal)
            + $"-kernel {At("vmlinuz")} -initrd {At("initrd")} -append console=ttyS0 panic=-1 "
            + "-chardev socket,id=channel,path=/run/x/channel,server=on,wait=off -device virtio-serial-pci -device virtserialport,chardev=channel,name=errand.enclave" + tpm, line);
    }

    [Fact]
    public void Task_that_needs_more_memory_than_the_machine_has_does_not_fit()
    {
        VmProfile profile = VmProfile.Emulated;
        Assert.True(profile.Fits(TaskFixture.DefaultLimits, 1 << 20));
        Assert.False(profile.Fits(TaskFixture.DefaultLimits, 128 << 20));
        Assert.False(profile.Fits(TaskFixture.DefaultLimits with { MemoryBytes = 200 << 20 }, 1));
        Assert.False(profile.Fits(TaskFixture.DefaultLimits with { OutputBytes = 40 << 20 }, 1));
        Assert.True((profile with { MemoryMiB = 1024 }).Fits(TaskFixture.DefaultLimits with { MemoryBytes = 200 << 20 }, 1));
    }

    [Theory]
    [InlineData(VmMode.SevSnp)]
    [InlineData(VmMode.Tdx)]
    public async Task Mode_that_the_host_lacks_is_refused_with_a_code_and_what_to_do(VmMode mode)
    {
        var warned = new List<string>();
        var options = new VmEnclaveOptions { Image = VmImage.Open(_folder.FullName), Profile = Profile(mode), Warn = warned.Add, Measurement = new byte[EnclaveImage.MeasurementSize] };
        VmHostFault fault = VmHost.Examine(mode);
        if (fault != VmHostFault.None)
        {
            var refused = Assert.Throws<VmHostException>(() => new VmEnclaveLauncher(options));
            Assert.Equal(fault, refused.Fault);
            Assert.Contains(fault.Code(), refused.Message, StringComparison.Ordinal);
            return;
        }
        // On a host that has it nothing is started yet, and nothing is said of machines that anybody could read.
        await using (var launcher = new VmEnclaveLauncher(options)) Assert.Equal(options.Measurement.Value.ToArray(), launcher.Measurement.ToArray());
        Assert.Empty(warned);
        Assert.Throws<ArgumentException>(() => new VmEnclaveLauncher(options with { Measurement = new byte[32] }));
        Assert.Throws<ArgumentException>(() => new VmEnclaveLauncher(options with { Measurement = null }));
        Assert.Equal(VmHostFault.NoFirmware, Assert.Throws<VmHostException>(() => new VmEnclaveLauncher(options with { Profile = options.Profile with { Firmware = At("none") } })).Fault);
    }

    [Fact]
    public void Path_that_would_end_a_value_is_refused()
    {
        Assert.Throws<ArgumentException>(() => QemuCommandLine.Build(VmProfile.Emulated, VmImage.Open(_folder.FullName), "/run/a,b/channel", "/run/x/tpm"));
        Assert.Throws<ArgumentException>(() => QemuCommandLine.Build(VmProfile.Vtpm, VmImage.Open(_folder.FullName), "/run/x/channel", "/run/a,b/tpm"));
    }

    [Fact]
    public void Changed_byte_of_any_part_and_changed_shape_give_another_measurement()
    {
        VmProfile profile = Profile(VmMode.SevSnp);
        var seen = new HashSet<string> { Measure(profile) };
        foreach (string name in (string[])[VmImage.KernelName, VmImage.InitrdName, VmImage.CommandLineName, "firmware"])
        {
            byte[] bytes = File.ReadAllBytes(At(name));
            bytes[0] ^= 1;
            File.WriteAllBytes(At(name), bytes);
            Assert.True(seen.Add(Measure(profile)), name);
            bytes[0] ^= 1;
            File.WriteAllBytes(At(name), bytes);
        }
        foreach (VmProfile other in new[] { profile with { MemoryMiB = 512 }, profile with { Mode = VmMode.Tdx }, profile with { SnpPolicy = 0xB0000 }, profile with { SnpProcessor = "EPYC-Milan" }, profile with { Firmware = "" } })
            Assert.True(seen.Add(Measure(other)), other.ToString());
        Assert.False(seen.Add(Measure(profile)));
    }

    [Theory]
    [InlineData("")]
    [InlineData("\n")]
    [InlineData("a\nb")]
    [InlineData("a\tb")]
    [InlineData("\u00E9")]
    public void Command_line_that_is_none_is_refused(string text)
    {
        File.WriteAllText(At(VmImage.CommandLineName), text);
        Assert.Throws<IOException>(() => VmImage.Open(_folder.FullName));
        File.WriteAllText(At(VmImage.CommandLineName), new string('a', 2048));
        Assert.Throws<IOException>(() => VmImage.Open(_folder.FullName));
        File.Delete(At(VmImage.CommandLineName));
        Assert.Throws<FileNotFoundException>(() => VmImage.Open(_folder.FullName));
    }

    private string Measure(VmProfile profile) => Convert.ToHexString(VmImage.Open(_folder.FullName).Measure(profile));

    private VmProfile Profile(VmMode mode) => new() { Mode = mode, Firmware = mode == VmMode.Emulated ? "" : At("firmware") };

    private string At(string name) => Path.Combine(_folder.FullName, name);
}
