using Errand.Tests;

namespace Errand.Platform.Tests;

/// <summary>What a virtual machine is booted with: QEMU and firmware of the Debian packages, and the kernel that <c>./test</c> lays down.</summary>
internal static class BootFiles
{
    /// <summary>OVMF with its variables in memory: measures what it starts into a TPM.</summary>
    public const string Firmware = "/usr/share/ovmf/OVMF.fd";

    /// <summary>Names another kernel than that of <c>./test</c>.</summary>
    public const string KernelVariable = "ERRAND_BOOT_KERNEL";

    public static string Qemu => SwtpmTools.Find("qemu-system-x86_64") ?? "";

    public static string Compiler => SwtpmTools.Find("gcc") ?? "";

    public static string Kernel => Environment.GetEnvironmentVariable(KernelVariable) ?? Path.Combine(Vectors.Repository(), "artifacts", "boot", "vmlinuz");

    /// <summary>What is missing here, for people; null when nothing is.</summary>
    public static string? Missing =>
        !SwtpmTools.AreInstalled ? "swtpm is not installed (Debian packages swtpm and swtpm-tools)"
        : Qemu.Length == 0 ? "QEMU is not installed (Debian package qemu-system-x86)"
        : !File.Exists(Firmware) ? "OVMF is not installed (Debian package ovmf)"
        : Compiler.Length == 0 ? "gcc is not installed (Debian packages gcc and libc6-dev)"
        : !File.Exists(Kernel) ? $"there is no kernel at {Kernel} (./test fetches Debian's 6.12 for clouds; or set {KernelVariable})"
        : null;
}
