namespace Errand.Enclave;

/// <summary>Which kinds of machines a host can start, as far as Linux shows it: whether one then comes up is seen by starting it.</summary>
public static class VmHost
{
    private const string Kvm = "dev/kvm", Sev = "dev/sev", SnpSwitch = "sys/module/kvm_amd/parameters/sev_snp", TdxSwitch = "sys/module/kvm_intel/parameters/tdx";

    /// <summary>What keeps this host from starting machines of a mode, firmware apart.</summary>
    public static VmHostFault Examine(VmMode mode) =>
        !VmEnclaveLauncher.IsSupported ? VmHostFault.NoQemu
        : !Confined.IsSupported ? VmHostFault.NoUtilLinux
        : mode == VmMode.Vtpm && EnclaveTpm.FindProgram() is null ? VmHostFault.NoSwtpm
        : ExamineDevices(mode, "/");

    /// <summary>The code: <c>vm/no-sev</c>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such fault, or it is <see cref="VmHostFault.None"/>.</exception>
    public static string Code(this VmHostFault fault) => fault switch
    {
        VmHostFault.NoQemu => "vm/no-qemu",
        VmHostFault.NoKvm => "vm/no-kvm",
        VmHostFault.Permission => "vm/permission",
        VmHostFault.NoSev => "vm/no-sev",
        VmHostFault.SnpOff => "vm/snp-off",
        VmHostFault.TdxOff => "vm/tdx-off",
        VmHostFault.NoFirmware => "vm/no-firmware",
        VmHostFault.NoSwtpm => "vm/no-swtpm",
        VmHostFault.NoUtilLinux => "vm/no-util-linux",
        _ => throw new ArgumentOutOfRangeException(nameof(fault)),
    };

    /// <summary>What to do.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such fault, or it is <see cref="VmHostFault.None"/>.</exception>
    public static string Remedy(this VmHostFault fault) => fault switch
    {
        VmHostFault.NoQemu => "install the Debian package qemu-system-x86.",
        VmHostFault.NoKvm => "there is no /dev/kvm. Switch virtualisation on in the firmware's setup, and load the kvm module.",
        VmHostFault.Permission => "this user may not open /dev/kvm or /dev/sev. Add it to the groups that own them.",
        VmHostFault.NoSev => "there is no /dev/sev. Use a machine with an AMD EPYC of Milan or later, and switch SEV-SNP on in its firmware's setup.",
        VmHostFault.SnpOff => "the kernel's kvm_amd starts no SEV-SNP guests. Switch SEV-SNP and its memory (RMP) on in the firmware's setup, and use Linux 6.11 or later.",
        VmHostFault.TdxOff => "the kernel's kvm_intel starts no TDX domains. Switch TDX on in the firmware's setup, use Linux 6.16 or later, and load kvm_intel with tdx=1.",
        VmHostFault.NoFirmware => "the profile's firmware is missing. SEV-SNP needs OVMF's AmdSev build, TDX its IntelTdx build, a machine with a software TPM the Debian package ovmf.",
        VmHostFault.NoSwtpm => "install the Debian packages swtpm and swtpm-tools.",
        VmHostFault.NoUtilLinux => "setpriv and prlimit are missing, which keep machines within bounds. Install the package util-linux.",
        _ => throw new ArgumentOutOfRangeException(nameof(fault)),
    };

    /// <summary>The devices that QEMU opens for a mode.</summary>
    internal static IReadOnlyList<string> Devices(VmMode mode) => mode switch
    {
        VmMode.SevSnp => ["/" + Kvm, "/" + Sev],
        VmMode.Tdx => ["/" + Kvm],
        _ => [],
    };

    internal static VmHostFault ExamineDevices(VmMode mode, string root)
    {
        string At(string path) => Path.Combine(root, path);
        if (mode is VmMode.Emulated or VmMode.Vtpm) return VmHostFault.None;
        if (!File.Exists(At(Kvm))) return VmHostFault.NoKvm;
        if (!MayOpen(At(Kvm))) return VmHostFault.Permission;
        return mode switch
        {
            VmMode.SevSnp when !File.Exists(At(Sev)) => VmHostFault.NoSev,
            VmMode.SevSnp when !MayOpen(At(Sev)) => VmHostFault.Permission,
            VmMode.SevSnp => IsOn(At(SnpSwitch)) ? VmHostFault.None : VmHostFault.SnpOff,
            VmMode.Tdx => IsOn(At(TdxSwitch)) ? VmHostFault.None : VmHostFault.TdxOff,
            _ => throw new ArgumentOutOfRangeException(nameof(mode)),
        };
    }

    // A switch of a module that is not loaded has no file.
    private static bool IsOn(string path) => File.Exists(path) && File.ReadAllText(path).TrimEnd('\n') is "Y" or "1";

    private static bool MayOpen(string path)
    {
        try
        {
            using var device = new FileStream(path, new FileStreamOptions { Mode = FileMode.Open, Access = FileAccess.ReadWrite, Share = FileShare.ReadWrite, BufferSize = 0 });
            return true;
        }
        catch (Exception denied) when (denied is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
