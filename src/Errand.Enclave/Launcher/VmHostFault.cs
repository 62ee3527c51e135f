namespace Errand.Enclave;

/// <summary>Why a host starts no machines of a kind.</summary>
public enum VmHostFault
{
    /// <summary>Nothing is wrong.</summary>
    None = 0,

    /// <summary>QEMU is not installed.</summary>
    NoQemu = 1,

    /// <summary>There is no <c>/dev/kvm</c>.</summary>
    NoKvm = 2,

    /// <summary>This user may not open <c>/dev/kvm</c> or <c>/dev/sev</c>.</summary>
    Permission = 3,

    /// <summary>There is no <c>/dev/sev</c>.</summary>
    NoSev = 4,

    /// <summary>The kernel's <c>kvm_amd</c> does not start SEV-SNP guests.</summary>
    SnpOff = 5,

    /// <summary>The kernel's <c>kvm_intel</c> does not start TDX domains.</summary>
    TdxOff = 6,

    /// <summary>The profile names no firmware, or there is no such file.</summary>
    NoFirmware = 7,

    /// <summary>swtpm is not installed.</summary>
    NoSwtpm = 8,

    /// <summary>The tools that limit processes are not installed.</summary>
    NoUtilLinux = 9,
}
