namespace Errand.Attestation;

/// <summary>Kinds of sections in OVMF's SEV metadata (edk2 OvmfPkg/ResetVector/X64/OvmfSevMetadata.asm).</summary>
internal enum SevSectionKind : uint
{
    /// <summary>Memory that the first phases use: zero pages.</summary>
    SecurePhaseMemory = 1,

    /// <summary>The secrets page.</summary>
    Secrets = 2,

    /// <summary>The CPUID page.</summary>
    Cpuid = 3,

    /// <summary>The calling area of a service module: zero pages.</summary>
    ServiceModuleArea = 4,

    /// <summary>The page of the hashes of kernel, initrd and command line.</summary>
    KernelHashes = 0x10,
}
