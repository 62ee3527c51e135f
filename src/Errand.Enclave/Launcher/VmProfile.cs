using Errand.Protocol;

namespace Errand.Enclave;

/// <summary>The shape of a virtual machine: fixed, as it is a part of what is measured.</summary>
public sealed record VmProfile
{
    /// <summary>The name of the one port, by which the guest finds its channel.</summary>
    public const string PortName = "errand.enclave";

    // Kept back for the kernel, the unpacked files, and the program with its compiler of apps.
    private const long SystemBytes = 128L << 20;

    /// <summary>The emulated machine: what runs on any host.</summary>
    public static VmProfile Emulated { get; } = new() { Mode = VmMode.Emulated, Firmware = "" };

    /// <summary>The machine with a software TPM: what runs on any host with OVMF and swtpm.</summary>
    public static VmProfile Vtpm { get; } = new() { Mode = VmMode.Vtpm, Firmware = MeasuringFirmware };

    /// <summary>OVMF with its variables in memory, of the Debian package: it measures, and starts faster than the build with four megabytes of flash.</summary>
    public const string MeasuringFirmware = "/usr/share/ovmf/OVMF.fd";

    /// <summary>What kind of machine.</summary>
    public required VmMode Mode { get; init; }

    /// <summary>
    /// The firmware file. Empty for an emulated machine, which takes QEMU's own. An SEV-SNP guest needs OVMF's AmdSev build: only that compares
    /// the kernel with the hashes in the launch digest. A TDX domain needs the IntelTdx build, which measures it into RTMRs; a machine with a TPM any OVMF that measures into one.
    /// </summary>
    public required string Firmware { get; init; }

    /// <summary>Memory in MiB.</summary>
    public int MemoryMiB { get; init; } = 256;

    /// <summary>
    /// True when the memory is enough for a task: what the app may use, its inputs as ciphertext and plaintext, and its output three times
    /// (as written, packed and sealed) beside what system and program take.
    /// </summary>
    internal bool Fits(TaskLimits limits, long heldBytes) =>
        limits.MemoryBytes + (2 * heldBytes) + (3 * (limits.OutputBytes + limits.LogBytes + limits.PaddingBytes)) <= ((long)MemoryMiB << 20) - SystemBytes;

    /// <summary>The type of processor of an SEV-SNP guest, in QEMU's words: a part of the launch digest.</summary>
    public string SnpProcessor { get; init; } = "EPYC-v4";

    /// <summary>The policy of an SEV-SNP guest: bit 17 must be set, bit 16 allows SMT; no debugging (bit 19) and no migration agent (bit 18).</summary>
    public ulong SnpPolicy { get; init; } = 0x30000;
}
