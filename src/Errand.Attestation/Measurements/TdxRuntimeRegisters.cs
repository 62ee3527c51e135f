namespace Errand.Attestation;

/// <summary>RTMR 1 and 2 of a domain that boots a kernel directly, 48 bytes each.</summary>
/// <param name="Rtmr1">The kernel's image, and leaving the firmware.</param>
/// <param name="Rtmr2">Command line and initrd.</param>
/// <remarks>
/// RTMR 0 is not calculated: it holds the hand-off block with the memory map, the variables of secure boot and of the boot order, and the ACPI tables, which the VMM
/// makes. Take it from the log (CCEL) of a boot that is trusted. RTMR 3 is zero until software extends it.
/// </remarks>
public sealed record TdxRuntimeRegisters(ReadOnlyMemory<byte> Rtmr1, ReadOnlyMemory<byte> Rtmr2)
{
    /// <summary>The registers; null and the error when the kernel is no PE image.</summary>
    public static TdxRuntimeRegisters? Calculate(DirectBoot boot, out MeasurementError error)
    {
        ArgumentNullException.ThrowIfNull(boot);
        const TpmAlgorithm bank = TpmAlgorithm.Sha384;
        byte[][]? image = DirectBootEvents.Image(boot, bank);
        error = image is null ? MeasurementError.KernelImage : MeasurementError.None;
        return image is null ? null : new TdxRuntimeRegisters(
            DirectBootEvents.Replay(bank, [.. image, .. DirectBootEvents.Exit(bank)]),
            DirectBootEvents.Replay(bank, DirectBootEvents.Inputs(boot, bank)));
    }
}
