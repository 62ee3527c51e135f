namespace Errand.Attestation;

/// <summary>The virtual processors of a guest, as far as they are measured.</summary>
/// <param name="Count">1 to <see cref="CountMax"/>.</param>
/// <param name="Signature">Only measured under QEMU.</param>
/// <param name="Features">SEV_FEATURES: bit 0 SNP active, bit 5 debug swap.</param>
/// <param name="Vmm">Whose initial state.</param>
public sealed record SevProcessors(int Count, VcpuSignature Signature, ulong Features, VmmKind Vmm)
{
    /// <summary>The most processors that are measured.</summary>
    public const int CountMax = 4096;

    internal MeasurementError Check(SevFirmware firmware)
    {
        if (Count is < 1 or > CountMax) return MeasurementError.VcpuCount;
        return Count > 1 && firmware.ResetAddress == 0 ? MeasurementError.ResetVector : MeasurementError.None;
    }

    /// <summary>The page of the first processor, and the one that all others share; null when there are no others.</summary>
    internal (byte[] First, byte[]? Others) MakePages(SevFirmware firmware) =>
        (VmsaPage.Make(Vmm, VmsaPage.FirstProcessor, Features, Signature), Count > 1 ? VmsaPage.Make(Vmm, firmware.ResetAddress, Features, Signature) : null);
}
