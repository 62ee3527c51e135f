namespace Errand.Attestation;

/// <summary>Codes and sentences for <see cref="MeasurementError"/>.</summary>
public static class MeasurementErrors
{
    /// <summary>A stable code for machines.</summary>
    public static string ToCode(this MeasurementError error) => error switch
    {
        MeasurementError.None => "none",
        MeasurementError.FirmwareSize => "firmware-size",
        MeasurementError.FirmwareTable => "firmware-table",
        MeasurementError.SevMetadata => "sev-metadata",
        MeasurementError.ResetVector => "reset-vector",
        MeasurementError.KernelHashesUnsupported => "kernel-hashes-unsupported",
        MeasurementError.VcpuCount => "vcpu-count",
        _ => throw new ArgumentOutOfRangeException(nameof(error)),
    };

    /// <summary>What is wrong and what to do.</summary>
    public static string Explain(this MeasurementError error) => error switch
    {
        MeasurementError.None => "",
        MeasurementError.FirmwareSize => "The firmware is empty, larger than 64 MiB, or no multiple of 4096 bytes; give the image that the machine maps below 4 GiB.",
        MeasurementError.FirmwareTable => "The firmware's table of GUIDed entries is damaged; give an unaltered OVMF image.",
        MeasurementError.SevMetadata => "The firmware's SEV metadata are missing, damaged or of an unknown kind; give an OVMF built for SEV-SNP.",
        MeasurementError.ResetVector => "The firmware has no SEV-ES reset block, so only one processor can be measured; give an OVMF built for SEV.",
        MeasurementError.KernelHashesUnsupported => "A kernel is given, but the firmware does not check the hashes of kernel, initrd and command line; give an OVMF built from AmdSev, or no kernel.",
        MeasurementError.VcpuCount => "The number of processors must be 1 to 4096.",
        _ => throw new ArgumentOutOfRangeException(nameof(error)),
    };
}
