namespace Errand.Enclave;

/// <summary>What kind of virtual machine an enclave is.</summary>
public enum VmMode
{
    /// <summary>An ordinary machine under QEMU's own processor emulation, which runs everywhere. It protects the host from the app, and nothing from the host.</summary>
    Emulated = 1,

    /// <summary>An AMD SEV-SNP guest: memory and registers are closed to the host, and the processor signs what was started.</summary>
    SevSnp = 2,

    /// <summary>An Intel TDX domain, likewise.</summary>
    Tdx = 3,

    /// <summary>
    /// An ordinary machine under QEMU's own processor emulation whose firmware measures what it boots into a software TPM. The machine takes its report from
    /// that TPM itself. Both belong to the host, so that it protects nothing from it: for development.
    /// </summary>
    Vtpm = 4,
}
