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
}
