using System.Security.Cryptography;
using Errand.Primitives;

namespace Errand.Enclave;

/// <summary>The three files that every virtual machine is started from, whatever its mode: kernel, initrd and command line.</summary>
public sealed class VmImage
{
    /// <summary>Names of the files in an image's folder.</summary>
    public const string KernelName = "vmlinuz", InitrdName = "initrd", CommandLineName = "cmdline";

    private const int CommandLineSizeMax = 2047; // COMMAND_LINE_SIZE of Linux on x86 is 2048 with the NUL.

    private VmImage(string folder, string commandLine)
    {
        Folder = folder;
        CommandLine = commandLine;
    }

    /// <summary>Where the files lie.</summary>
    public string Folder { get; }

    /// <summary>The kernel's path.</summary>
    public string Kernel => Path.Combine(Folder, KernelName);

    /// <summary>The initrd's path.</summary>
    public string Initrd => Path.Combine(Folder, InitrdName);

    /// <summary>The kernel's command line.</summary>
    public string CommandLine { get; }

    /// <summary>True when a folder has all three files.</summary>
    public static bool IsIn(string folder) => Array.TrueForAll([KernelName, InitrdName, CommandLineName], name => File.Exists(Path.Combine(folder, name)));

    /// <summary>Opens an image.</summary>
    /// <exception cref="FileNotFoundException">A file is missing.</exception>
    /// <exception cref="IOException">The command line is longer than the kernel takes, or not printable ASCII.</exception>
    public static VmImage Open(string folder)
    {
        folder = Path.GetFullPath(folder);
        if (!IsIn(folder)) throw new FileNotFoundException($"{folder} has not all of {KernelName}, {InitrdName} and {CommandLineName}.");
        var file = new FileInfo(Path.Combine(folder, CommandLineName));
        string text = file.Length <= CommandLineSizeMax + 1 ? File.ReadAllText(file.FullName).TrimEnd('\n') : "";
        if (text.Length is 0 or > CommandLineSizeMax || text.Any(character => character is < ' ' or > '~')) throw new IOException($"{file.FullName} is no command line of at most {CommandLineSizeMax} printable characters.");
        return new VmImage(folder, text);
    }

    /// <summary>
    /// SHA-384 over [mode, SHA-384 of kernel, initrd, command line and firmware, memory, processor, policy]: what a development TEE reports of an emulated machine.
    /// A real TEE measures in its own way: <c>errand image measure</c> calculates that.
    /// </summary>
    /// <exception cref="IOException">A file cannot be read.</exception>
    public byte[] Measure(VmProfile profile)
    {
        ArgumentNullException.ThrowIfNull(profile);
        CanonicalWriter tuple = new CanonicalWriter().Array(8).UInt((ulong)profile.Mode)
            .Bytes(Hash(Kernel)).Bytes(Hash(Initrd)).Text(CommandLine).Bytes(profile.Firmware.Length == 0 ? [] : Hash(profile.Firmware))
            .UInt((ulong)profile.MemoryMiB).Text(profile.SnpProcessor).UInt(profile.SnpPolicy);
        return SHA384.HashData(tuple.Span);
    }

    private static byte[] Hash(string path)
    {
        using FileStream file = File.OpenRead(path);
        return SHA384.HashData(file);
    }
}
