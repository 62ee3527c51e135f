using System.Text;

namespace Errand.Attestation;

/// <summary>
/// What a replayed log says of the boot loader: GRUB's commands and the kernel's command line (PCR 8, or RTMR2), and that of systemd-boot's stub
/// (PCR 12). Only texts that are what was measured count.
/// </summary>
public sealed record BootLoaderFacts
{
    private static readonly string[] KernelPrefixes = ["kernel_cmdline: ", "kernel_cmdline "];
    private static readonly string[] CommandPrefixes = ["grub_cmd: ", "grub_cmd "];

    /// <summary>Command lines that kernels were started with, in order.</summary>
    public required IReadOnlyList<string> KernelCommandLines { get; init; }

    /// <summary>Commands that GRUB ran, in order.</summary>
    public required IReadOnlyList<string> GrubCommands { get; init; }

    /// <summary>Paths of the images that the firmware and boot loaders started, in order. Hints: an image's digest is not of its path.</summary>
    public required IReadOnlyList<string> ImagePaths { get; init; }

    /// <summary>Reads the facts of a bank. The log must have been replayed to trusted PCRs by the caller.</summary>
    public static BootLoaderFacts Read(EventLog log, TpmAlgorithm bank)
    {
        ArgumentNullException.ThrowIfNull(log);
        List<string> lines = [], commands = [], images = [];
        foreach (LoggedEvent item in log.Events)
        {
            if (item.Type == EventTypes.EfiBootServicesApplication && EfiDevicePath.FindFile(item.Data) is { } path) images.Add(path);
            if (item.Type != EventTypes.Ipl || bank.ToHashName() is null || item.Digest(bank) is not { } digest) continue;
            if (Measured(item.Data.Span, digest.Span, bank, KernelPrefixes) is { } line) lines.Add(line);
            else if (Measured(item.Data.Span, digest.Span, bank, CommandPrefixes) is { } command) commands.Add(command);
            // The stub measures UTF-16 with its end, and logs just that.
            else if (item.PcrIndex == StubPcr && item.DataMatches(bank) && item.Data.Length is > 2 and var size && size % 2 == 0) lines.Add(Encoding.Unicode.GetString(item.Data.Span).TrimEnd('\0'));
        }
        return new BootLoaderFacts { KernelCommandLines = lines, GrubCommands = commands, ImagePaths = images };
    }

    private const int StubPcr = 12;

    // GRUB logs a prefix, the text and a zero, and measures the text alone.
    private static string? Measured(ReadOnlySpan<byte> data, ReadOnlySpan<byte> digest, TpmAlgorithm bank, string[] prefixes)
    {
        foreach (string prefix in prefixes)
        {
            if (!data.StartsWith(Encoding.ASCII.GetBytes(prefix))) continue;
            ReadOnlySpan<byte> text = data[prefix.Length..];
            if (text is [.. var before, 0]) text = before;
            return bank.Hash(text).AsSpan().SequenceEqual(digest) ? Encoding.UTF8.GetString(text) : null;
        }
        return null;
    }
}
