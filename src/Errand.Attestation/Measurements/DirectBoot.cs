namespace Errand.Attestation;

/// <summary>What a VMM hands to the firmware for a direct kernel boot: bytes as in the files.</summary>
/// <param name="Kernel">The kernel file.</param>
/// <param name="Initrd">The initrd file; empty for none (an empty file and none measure the same).</param>
/// <param name="CommandLine">The kernel's command line, without a NUL at its end; empty for none.</param>
public sealed record DirectBoot(ReadOnlyMemory<byte> Kernel, ReadOnlyMemory<byte> Initrd, string CommandLine);
