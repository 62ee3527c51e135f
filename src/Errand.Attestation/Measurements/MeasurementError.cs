namespace Errand.Attestation;

/// <summary>Why a measurement cannot be calculated from the given inputs.</summary>
public enum MeasurementError
{
    /// <summary>It was calculated.</summary>
    None,

    /// <summary>The firmware is empty, too large, or no whole number of pages.</summary>
    FirmwareSize,

    /// <summary>The firmware's table of GUIDed entries is damaged.</summary>
    FirmwareTable,

    /// <summary>The firmware's SEV metadata are missing, damaged, or have a kind of section that has no rule.</summary>
    SevMetadata,

    /// <summary>The firmware does not say where further processors start, so more than one cannot be measured.</summary>
    ResetVector,

    /// <summary>A kernel is given, but the firmware has no place for the hashes of kernel, initrd and command line.</summary>
    KernelHashesUnsupported,

    /// <summary>The number of processors is out of range.</summary>
    VcpuCount,

    /// <summary>The service module does not say where processors start, is launched under another VMM than QEMU, or does not fit below the firmware.</summary>
    ServiceModule,

    /// <summary>The firmware's TDX metadata are missing or damaged.</summary>
    TdxMetadata,

    /// <summary>The kernel is no PE/COFF image, or one whose parts contradict each other.</summary>
    KernelImage,

    /// <summary>The kernel has no Linux boot header that a VMM could fill in, or the memory is too small for the initrd.</summary>
    KernelHeader,
}
