using System.Globalization;

namespace Errand.Enclave;

/// <summary>The arguments that start a virtual machine: the same kernel, initrd, command line and port in each mode, and nothing that is not named.</summary>
internal static class QemuCommandLine
{
    /// <summary>The program.</summary>
    public const string Program = "qemu-system-x86_64";

    // The buffer of translated code: smaller ones are slower, larger ones only take memory.
    private const string Emulation = "tcg,tb-size=64";

    /// <summary>All arguments.</summary>
    /// <param name="profile">The machine's shape.</param>
    /// <param name="image">What it boots.</param>
    /// <param name="channel">The path of the socket that is the channel; QEMU makes it.</param>
    /// <param name="tpm">The path of the socket of the machine's TPM; looked at for <see cref="VmMode.Vtpm"/> only.</param>
    /// <exception cref="ArgumentException">A path has a comma, which QEMU would read as the end of a value.</exception>
    public static IReadOnlyList<string> Build(VmProfile profile, VmImage image, string channel, string tpm)
    {
        if (channel.Contains(',', StringComparison.Ordinal) || tpm.Contains(',', StringComparison.Ordinal)) throw new ArgumentException("A path with a comma cannot be given to QEMU.", nameof(channel));
        string memory = profile.MemoryMiB.ToString(CultureInfo.InvariantCulture) + "M";
        return
        [
            // No device, configuration file, display or reboot that was not asked for.
            "-nodefaults", "-no-user-config", "-display", "none", "-no-reboot",
            // A guest that breaks out of its devices meets a process that may not start programs, change users or reach for other resources.
            "-sandbox", "on,obsolete=deny,elevateprivileges=deny,spawn=deny,resourcecontrol=deny",
            "-serial", "stdio",
            .. Machine(profile, memory),
            "-m", memory, "-smp", "1",
            .. profile.Firmware.Length == 0 ? Array.Empty<string>() : ["-bios", profile.Firmware],
            "-kernel", image.Kernel, "-initrd", image.Initrd, "-append", image.CommandLine,
            "-chardev", ChannelOf(channel),
            "-device", "virtio-serial-pci", "-device", $"virtserialport,chardev=channel,name={VmProfile.PortName}",
            .. profile.Mode == VmMode.Vtpm ? ["-chardev", $"socket,id=tpm,path={tpm}", "-tpmdev", "emulator,id=tpm,chardev=tpm", "-device", "tpm-crb,tpmdev=tpm"] : Array.Empty<string>(),
        ];
    }

    /// <summary>The argument that names the socket of the channel, and by it the machine.</summary>
    public static string ChannelOf(string path) => $"socket,id=channel,path={path},server=on,wait=off";

    private static string[] Machine(VmProfile profile, string memory) => profile.Mode switch
    {
        VmMode.Emulated or VmMode.Vtpm => ["-M", "q35", "-accel", Emulation, "-cpu", "max"],
        // kernel-hashes puts the hashes of kernel, initrd and command line into the launch digest (QEMU 9.1 and later).
        VmMode.SevSnp =>
        [
            "-M", "q35,confidential-guest-support=tee,memory-backend=memory", "-accel", "kvm", "-cpu", profile.SnpProcessor,
            "-object", $"memory-backend-memfd,id=memory,size={memory},share=true",
            "-object", string.Create(CultureInfo.InvariantCulture, $"sev-snp-guest,id=tee,cbitpos=51,reduced-phys-bits=1,policy=0x{profile.SnpPolicy:x},kernel-hashes=on"),
        ],
        // The quote is made on the host: QEMU takes the guest's call to Intel's quote generation service (QEMU 10.1 and later).
        VmMode.Tdx =>
        [
            "-M", "q35,kernel-irqchip=split,confidential-guest-support=tee,hpet=off", "-accel", "kvm", "-cpu", "host",
            "-object", """{"qom-type":"tdx-guest","id":"tee","quote-generation-socket":{"type":"vsock","cid":"2","port":"4050"}}""",
        ],
        _ => throw new ArgumentOutOfRangeException(nameof(profile)),
    };
}
