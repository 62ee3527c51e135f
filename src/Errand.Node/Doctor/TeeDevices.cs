using Errand.Enclave;

namespace Errand.Node;

/// <summary>Which TEEs Linux shows on a machine, as devices of a guest or of a host.</summary>
internal static class TeeDevices
{
    private static readonly (string Name, string Path, string What, string Remedy)[] Known =
    [
        ("sev-snp-guest", "/dev/sev-guest", "an SEV-SNP guest: it can have reports signed", "This is no SEV-SNP guest, or its kernel lacks the sev-guest driver."),
        ("tdx-guest", "/dev/tdx_guest", "a TDX guest: it can have reports signed", "This is no TDX guest, or its kernel lacks the tdx-guest driver."),
        ("configfs-tsm", "/sys/kernel/config/tsm/report", "reports through configfs-tsm", "Kernels from 6.7 on have it in TEE guests: mount -t configfs none /sys/kernel/config."),
        ("sgx", "/dev/sgx_enclave", "SGX enclaves", "Needs SGX switched on in the firmware's setup."),
        ("nitro", "/dev/nitro_enclaves", "a host of Nitro Enclaves", "Needs an EC2 instance with enclaves enabled."),
        ("sev-host", "/dev/sev", "a host that can start SEV guests", "Executors in virtual machines need it, or TDX: switch SEV-SNP on in the firmware's setup."),
        ("kvm", "/dev/kvm", "virtual machines", "Switch virtualisation on in the firmware's setup, and load the kvm module."),
    ];

    private static readonly (string Name, VmMode Mode, string What)[] Machines = [("vm-sev-snp", VmMode.SevSnp, "SEV-SNP guests"), ("vm-tdx", VmMode.Tdx, "TDX domains"), ("vm-vtpm", VmMode.Vtpm, "machines with a software TPM, for development,")];

    /// <summary>Whether the machine could be an executor: it must be able to start guests whose processor signs reports.</summary>
    public static MachineFinding ExamineForExecutor(bool development)
    {
        if (development) return new MachineFinding("executor", FindingOutcome.Good, "in a development network enclaves are processes, on any machine; they protect nothing", "");
        VmHostFault fault = VmHost.Examine(VmMode.SevSnp);
        return fault == VmHostFault.None
            ? new MachineFinding("executor", FindingOutcome.Good, "guests with SEV-SNP can be started", "")
            : new MachineFinding("executor", FindingOutcome.Absent, $"this machine can be a verifier, and no executor: it starts no SEV-SNP guests ({fault.Code()})", "Use a machine with an AMD EPYC of Milan or later, SEV-SNP switched on in its firmware's setup and a kernel from 6.11 on.");
    }

    /// <summary>What the launcher says when it is asked for a machine of each mode that reports of itself.</summary>
    public static IEnumerable<MachineFinding> ExamineMachines() => Machines.Select(machine => VmHost.Examine(machine.Mode) switch
    {
        VmHostFault.None => new MachineFinding(machine.Name, FindingOutcome.Good, $"{machine.What} can be started, given their firmware", ""),
        VmHostFault fault => new MachineFinding(machine.Name, FindingOutcome.Absent, $"{machine.What} cannot be started ({fault.Code()})", $"Executors in such machines: {fault.Remedy()}"),
    });

    // Verifiers need none of these: what is missing is told, and is no fault.
    public static IEnumerable<MachineFinding> Examine() => Known.Select(device => Path.Exists(device.Path)
        ? new MachineFinding(device.Name, FindingOutcome.Good, $"{device.What} ({device.Path})", "")
        : new MachineFinding(device.Name, FindingOutcome.Absent, $"no {device.Path}", device.Remedy));
}
