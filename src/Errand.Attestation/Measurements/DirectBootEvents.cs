using System.Text;

namespace Errand.Attestation;

/// <summary>
/// The digests that a direct kernel boot extends, in their order: by OVMF for the image, by the kernel's EFI stub for the command line and
/// the initrd.
/// </summary>
internal static class DirectBootEvents
{
    /// <summary>The kernel's image, the start of a boot option, and the separator: PCR 4, and the start of RTMR 1. Null when the kernel is no PE image.</summary>
    internal static byte[][]? Image(DirectBoot boot, TpmAlgorithm bank) =>
        PeImage.TryHash(boot.Kernel.Span, bank.ToHashName() ?? throw new ArgumentOutOfRangeException(nameof(bank))) is { } image
            ? [image, bank.Hash("Calling EFI Application from Boot Option"u8), bank.Hash(new byte[4])]
            : null;

    /// <summary>Leaving the firmware: PCR 5, and the end of RTMR 1.</summary>
    internal static byte[][] Exit(TpmAlgorithm bank) => [bank.Hash("Exit Boot Services Invocation"u8), bank.Hash("Exit Boot Services Returned with Success"u8)];

    /// <summary>Command line and initrd: PCR 9, or RTMR 2. OVMF adds the initrd's name to the command line when there is one.</summary>
    internal static byte[][] Inputs(DirectBoot boot, TpmAlgorithm bank)
    {
        string options = boot.Initrd.IsEmpty ? boot.CommandLine : boot.CommandLine + " initrd=initrd";
        byte[] commandLine = bank.Hash(Encoding.Unicode.GetBytes(options + "\0"));
        return boot.Initrd.IsEmpty ? [commandLine] : [commandLine, bank.Hash(boot.Initrd.Span)];
    }

    /// <summary>A register that starts as zeros, after these digests.</summary>
    internal static byte[] Replay(TpmAlgorithm bank, params IEnumerable<byte[]> digests) =>
        digests.Aggregate(new byte[bank.DigestSize()], (value, digest) => EventLogReplay.Extend(bank, value, digest));
}
