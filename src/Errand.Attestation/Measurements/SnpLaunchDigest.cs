namespace Errand.Attestation;

/// <summary>Calculates the MEASUREMENT of an SEV-SNP guest from its firmware, processors and, for a direct boot, its kernel.</summary>
public static class SnpLaunchDigest
{
    private const ulong FourGiB = 0x1_0000_0000;

    /// <summary>The digest after the firmware's own pages alone, 48 bytes: a seed for <see cref="Calculate"/>.</summary>
    public static byte[] OfFirmware(SevFirmware firmware)
    {
        ArgumentNullException.ThrowIfNull(firmware);
        var launch = new SnpLaunch();
        launch.AddNormal(FourGiB - (ulong)firmware.Image.Length, firmware.Image.Span);
        return launch.Digest;
    }

    /// <summary>The launch digest, 48 bytes; null and the error when the inputs do not go together.</summary>
    /// <param name="firmware">The OVMF image.</param>
    /// <param name="processors">The processors.</param>
    /// <param name="boot">Kernel, initrd and command line; null when the firmware boots from a disk.</param>
    /// <param name="error">Why there is no digest.</param>
    /// <param name="firmwareDigest">A digest from <see cref="OfFirmware"/>, 48 bytes, to start from in place of the image's pages; empty to measure the image.</param>
    /// <exception cref="ArgumentException"><paramref name="firmwareDigest"/> has another length.</exception>
    public static byte[]? Calculate(SevFirmware firmware, SevProcessors processors, DirectBoot? boot, out MeasurementError error, ReadOnlySpan<byte> firmwareDigest = default)
    {
        ArgumentNullException.ThrowIfNull(firmware);
        ArgumentNullException.ThrowIfNull(processors);
        if (firmwareDigest.Length is not (0 or 48)) throw new ArgumentException("A firmware digest has 48 bytes.", nameof(firmwareDigest));
        error = Check(firmware, processors, boot);
        if (error != MeasurementError.None) return null;
        var launch = new SnpLaunch(firmwareDigest.IsEmpty ? OfFirmware(firmware) : firmwareDigest);
        // EC2 adds the CPUID page after all others.
        IEnumerable<SevSection> sections = processors.Vmm == VmmKind.Ec2 ? firmware.Sections.OrderBy(section => section.Kind == SevSectionKind.Cpuid) : firmware.Sections;
        foreach (SevSection section in sections) Add(launch, firmware, section, boot, processors.Vmm);
        (byte[] first, byte[]? others) = processors.MakePages(firmware);
        launch.AddVmsa(first);
        for (int i = 1; i < processors.Count; i++) launch.AddVmsa(others);
        return launch.Digest;
    }

    /// <summary>
    /// The launch digest of a guest with a service module (Coconut SVSM) at VMPL 0, 48 bytes; null and the error when the inputs do not go together.
    /// The module ends where the firmware's variable store begins; its own metadata are used, and all processors start in it.
    /// </summary>
    /// <param name="firmware">The OVMF image without its variable store.</param>
    /// <param name="variableStoreSize">Bytes of the variable store that lies before the firmware.</param>
    /// <param name="module">The service module's image.</param>
    /// <param name="processors">The processors; of QEMU.</param>
    /// <param name="error">Why there is no digest.</param>
    public static byte[]? CalculateWithServiceModule(SevFirmware firmware, int variableStoreSize, SevFirmware module, SevProcessors processors, out MeasurementError error)
    {
        ArgumentNullException.ThrowIfNull(firmware);
        ArgumentNullException.ThrowIfNull(module);
        ArgumentNullException.ThrowIfNull(processors);
        ArgumentOutOfRangeException.ThrowIfNegative(variableStoreSize);
        error = CheckModule(variableStoreSize, module, processors);
        if (error != MeasurementError.None) return null;
        ulong address = FourGiB - (ulong)firmware.Image.Length - (ulong)variableStoreSize - (ulong)module.Image.Length;
        var launch = new SnpLaunch(OfFirmware(firmware));
        launch.AddNormal(address, module.Image.Span);
        foreach (SevSection section in module.Sections) Add(launch, module, section, boot: null, VmmKind.Qemu);
        byte[] page = VmsaPage.MakeFlat((uint)address + module.ServiceModuleEntry!.Value, processors.Features, processors.Signature);
        for (int i = 0; i < processors.Count; i++) launch.AddVmsa(page);
        return launch.Digest;
    }

    private static MeasurementError CheckModule(int variableStoreSize, SevFirmware module, SevProcessors processors)
    {
        bool fits = variableStoreSize <= SevFirmware.SizeMax && variableStoreSize % SevFirmware.PageSize == 0;
        if (!fits || processors.Vmm != VmmKind.Qemu || module.ServiceModuleEntry is not { } entry || entry >= module.Image.Length) return MeasurementError.ServiceModule;
        if (module.Sections.Count == 0) return MeasurementError.SevMetadata;
        return processors.Count is < 1 or > SevProcessors.CountMax ? MeasurementError.VcpuCount : MeasurementError.None;
    }

    private static MeasurementError Check(SevFirmware firmware, SevProcessors processors, DirectBoot? boot)
    {
        if (firmware.Sections.Count == 0) return MeasurementError.SevMetadata;
        SevSection[] hashPages = [.. firmware.Sections.Where(section => section.Kind == SevSectionKind.KernelHashes)];
        if (boot is not null)
        {
            if (hashPages.Length == 0 || firmware.HashTableAddress == 0) return MeasurementError.KernelHashesUnsupported;
            if (hashPages.Length > 1 || hashPages[0].Size != SevFirmware.PageSize || OffsetInPage(firmware) + SevHashTable.Size > SevFirmware.PageSize) return MeasurementError.SevMetadata;
        }
        return processors.Check(firmware);
    }

    private static void Add(SnpLaunch launch, SevFirmware firmware, SevSection section, DirectBoot? boot, VmmKind vmm)
    {
        switch (section.Kind)
        {
            case SevSectionKind.KernelHashes when boot is not null:
                var page = new byte[SevFirmware.PageSize];
                SevHashTable.Make(boot).CopyTo(page, OffsetInPage(firmware));
                launch.AddNormal(section.Address, page);
                break;
            case SevSectionKind.Secrets:
                launch.AddWithoutContent(SnpPageKind.Secrets, section with { Size = SevFirmware.PageSize });
                break;
            case SevSectionKind.Cpuid:
                launch.AddWithoutContent(SnpPageKind.Cpuid, section with { Size = SevFirmware.PageSize });
                break;
            case SevSectionKind.SecurePhaseMemory when vmm == VmmKind.Gce:
                launch.AddWithoutContent(SnpPageKind.Unmeasured, section);
                break;
            default:
                launch.AddWithoutContent(SnpPageKind.Zero, section);
                break;
        }
    }

    private static int OffsetInPage(SevFirmware firmware) => (int)(firmware.HashTableAddress % SevFirmware.PageSize);
}
