namespace Errand.Attestation;

/// <summary>Calculates the PCRs that a direct kernel boot under OVMF decides: 4 (the kernel's image) and 9 (command line and initrd).</summary>
/// <remarks>PCRs 0 to 3 and 5 to 7 depend on firmware, machine and variables: take them from the event log of a boot that is trusted.</remarks>
public static class PcrCalculator
{
    /// <summary>The image's register.</summary>
    public const int ImagePcr = 4;

    /// <summary>The register of command line and initrd.</summary>
    public const int InputsPcr = 9;

    /// <summary>PCRs 4 and 9 of a bank; null and the error when the kernel is no PE image.</summary>
    /// <param name="boot">Kernel (as the firmware loads it: see <see cref="LinuxBootHeader"/>), initrd and command line.</param>
    /// <param name="bank">A bank whose hash can be computed.</param>
    /// <param name="error">Why there are no values.</param>
    public static PcrBank? Calculate(DirectBoot boot, TpmAlgorithm bank, out MeasurementError error)
    {
        ArgumentNullException.ThrowIfNull(boot);
        byte[][]? image = DirectBootEvents.Image(boot, bank);
        error = image is null ? MeasurementError.KernelImage : MeasurementError.None;
        return image is null ? null : new PcrBank(bank, new Dictionary<int, ReadOnlyMemory<byte>>
        {
            [ImagePcr] = DirectBootEvents.Replay(bank, image),
            [InputsPcr] = DirectBootEvents.Replay(bank, DirectBootEvents.Inputs(boot, bank)),
        });
    }
}
