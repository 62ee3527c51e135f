using System.Security.Cryptography;
using Errand.Attestation;
using Errand.Enclave;

namespace Errand.Node;

/// <summary>What each kind of TEE or TPM reports of an image, calculated from its files.</summary>
/// <param name="KernelSha256">SHA-256 of the kernel file.</param>
/// <param name="InitrdSha256">SHA-256 of the initrd file.</param>
/// <param name="CommandLineSha256">SHA-256 of the command line with a NUL at its end, as in the table of hashes that an SEV guest's firmware compares.</param>
/// <param name="Emulated">SHA-384 that the development TEE reports of an emulated machine.</param>
/// <param name="Pcr4">PCR 4 (SHA-256) where QEMU hands over the kernel file unchanged (QEMU from 10.0 with firmware from edk2 2025.02).</param>
/// <param name="Pcr4Filled">PCR 4 where QEMU fills in the kernel's boot header (older ones), for the profile's memory.</param>
/// <param name="Pcr9">PCR 9 (SHA-256).</param>
/// <param name="Rtmr1">RTMR 1 of a TDX domain, 48 bytes.</param>
/// <param name="Rtmr2">RTMR 2 of a TDX domain, 48 bytes.</param>
public sealed record VmReferences(
    ReadOnlyMemory<byte> KernelSha256,
    ReadOnlyMemory<byte> InitrdSha256,
    ReadOnlyMemory<byte> CommandLineSha256,
    ReadOnlyMemory<byte> Emulated,
    ReadOnlyMemory<byte> Pcr4,
    ReadOnlyMemory<byte> Pcr4Filled,
    ReadOnlyMemory<byte> Pcr9,
    ReadOnlyMemory<byte> Rtmr1,
    ReadOnlyMemory<byte> Rtmr2)
{
    private const int MebiByte = 1 << 20;

    // SEV_FEATURES of the one processor.
    private const ulong SnpActive = 1;

    /// <summary>Calculates them; null and the error when the kernel is none that firmware starts.</summary>
    /// <exception cref="IOException">A file cannot be read.</exception>
    public static VmReferences? Calculate(VmImage image, VmProfile profile, out MeasurementError error)
    {
        ArgumentNullException.ThrowIfNull(image);
        ArgumentNullException.ThrowIfNull(profile);
        DirectBoot boot = ReadBoot(image);
        if (LinuxBootHeader.TryFill(boot.Kernel.Span, boot.Initrd.Length, (ulong)profile.MemoryMiB * MebiByte) is not { } filled)
        {
            error = MeasurementError.KernelHeader;
            return null;
        }
        if (PcrCalculator.Calculate(boot, TpmAlgorithm.Sha256, out error) is not { } pcrs
            || PcrCalculator.Calculate(boot with { Kernel = filled }, TpmAlgorithm.Sha256, out error) is not { } filledPcrs
            || TdxRuntimeRegisters.Calculate(boot, out error) is not { } registers) return null;
        return new VmReferences(
            SHA256.HashData(boot.Kernel.Span), SHA256.HashData(boot.Initrd.Span), SHA256.HashData(System.Text.Encoding.ASCII.GetBytes(boot.CommandLine + "\0")),
            image.Measure(profile), pcrs[PcrCalculator.ImagePcr], filledPcrs[PcrCalculator.ImagePcr], pcrs[PcrCalculator.InputsPcr], registers.Rtmr1, registers.Rtmr2);
    }

    /// <summary>What the processor measures of a confidential machine before it starts, 48 bytes: the launch digest of SEV-SNP, MRTD of TDX. Null and the error when firmware and image do not go together.</summary>
    /// <param name="image">The image.</param>
    /// <param name="profile">The machine's shape, of mode <see cref="VmMode.SevSnp"/> or <see cref="VmMode.Tdx"/>.</param>
    /// <param name="firmware">OVMF's AmdSev or IntelTdx build.</param>
    /// <param name="error">Why there is none.</param>
    /// <exception cref="ArgumentException">Another mode, or a type of processor that has no signature.</exception>
    /// <exception cref="IOException">A file cannot be read.</exception>
    public static byte[]? CalculateLaunch(VmImage image, VmProfile profile, ReadOnlyMemory<byte> firmware, out MeasurementError error)
    {
        ArgumentNullException.ThrowIfNull(profile);
        switch (profile.Mode)
        {
            case VmMode.SevSnp:
                VcpuSignature signature = VcpuSignature.FromName(profile.SnpProcessor) ?? throw new ArgumentException($"{profile.SnpProcessor} has no signature.", nameof(profile));
                return SevFirmware.TryRead(firmware, out error) is { } sev ? SnpLaunchDigest.Calculate(sev, new SevProcessors(1, signature, SnpActive, VmmKind.Qemu), ReadBoot(image), out error) : null;
            case VmMode.Tdx:
                return TdxFirmware.TryRead(firmware, out error) is { } tdx ? TdxMrTd.Calculate(tdx, TdxPageOrder.PageByPage) : null;
            default:
                throw new ArgumentException("A processor measures SEV-SNP guests and TDX domains only.", nameof(profile));
        }
    }

    private static DirectBoot ReadBoot(VmImage image)
    {
        ArgumentNullException.ThrowIfNull(image);
        return new DirectBoot(File.ReadAllBytes(image.Kernel), File.ReadAllBytes(image.Initrd), image.CommandLine);
    }
}
