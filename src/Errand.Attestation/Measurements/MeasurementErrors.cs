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
        MeasurementError.ServiceModule => "service-module",
        MeasurementError.TdxMetadata => "tdx-metadata",
        MeasurementError.KernelImage => "kernel-image",
        MeasurementError.KernelHeader => "kernel-header",
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
        MeasurementError.ServiceModule => "The service module does not say where processors start, is not launched by QEMU, or does not fit below the firmware; give an SVSM built for QEMU and the right size of the variable store.",
        MeasurementError.TdxMetadata => "The firmware's TDX metadata are missing or damaged; give an OVMF built with TDX support.",
        MeasurementError.KernelImage => "The kernel is no PE/COFF image, or a damaged one; give a bzImage with an EFI stub, or a unified kernel image.",
        MeasurementError.KernelHeader => "The kernel has no Linux boot header of protocol 2.12 or later, or the memory is too small for the initrd; give a bzImage and the machine's memory.",
        _ => throw new ArgumentOutOfRangeException(nameof(error)),
    };
}
