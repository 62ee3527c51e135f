using System.IO.Compression;
using System.Text;
using Errand.Enclave;

namespace Errand.Node;

/// <summary>Puts the enclave's image together: kernel, initrd and command line. The same sources give the same bytes.</summary>
public static class VmImageBuilder
{
    /// <summary>
    /// The kernel's command line. A panic ends the machine; the self-tests of ciphers that nothing here uses, and the wait for clocks that an emulated machine
    /// does not have, are left out; the processor's random numbers are taken, since a machine of seconds has no other source.
    /// </summary>
    public const string CommandLine = "console=ttyS0 quiet panic=-1 cryptomgr.notests tsc=reliable no_timer_check random.trust_cpu=on nowatchdog";

    private const string LibraryFolder = "lib/x86_64-linux-gnu";
    private const long FileSizeMax = 128 << 20;

    // The first process is /init, and looks for its libraries beside itself.
    private static readonly (string Path, string Name)[] OfProgram = [("init", EnclaveProgram), ("libsodium.so", "libsodium.so"), ("libwasmtime.so", "libwasmtime.so")];
    private static readonly string[] OfDebian = ["libc.so.6", "libm.so.6", "libgcc_s.so.1", "libpthread.so.0", "libdl.so.2", "librt.so.1", "libssl.so.3", "libcrypto.so.3"];
    private static readonly string[] MountPoints = ["dev", "proc", "sys"];

    private const string EnclaveProgram = "Errand.Enclave", Loader = "ld-linux-x86-64.so.2";

    /// <summary>Writes the three files into a folder.</summary>
    /// <exception cref="FileNotFoundException">A source is missing.</exception>
    /// <exception cref="IOException">A source is larger than any should be.</exception>
    public static VmImage Build(VmImageSources sources, string folder)
    {
        ArgumentNullException.ThrowIfNull(sources);
        Directory.CreateDirectory(folder);
        var archive = new CpioArchive();
        foreach (string name in MountPoints) archive.AddFolder(name);
        foreach ((string path, string name) in OfProgram) archive.AddFile(path, Read(Path.Combine(sources.Program, name)));
        archive.AddFile($"lib64/{Loader}", ReadLibrary(sources.Libraries, Loader));
        foreach (string name in OfDebian) archive.AddFile($"{LibraryFolder}/{name}", ReadLibrary(sources.Libraries, name));
        foreach (GuestModule module in GuestModule.All) archive.AddFile($"{GuestModule.Folder}/{module.File}", Read(Path.Combine(sources.Modules, module.File)));

        // Whole or not at all: what starts a machine must not be half of an image.
        Replace(folder, VmImage.KernelName, output => output.Write(Read(sources.Kernel).Span));
        Replace(folder, VmImage.CommandLineName, output => output.Write(Encoding.ASCII.GetBytes(CommandLine + "\n")));
        Replace(folder, VmImage.InitrdName, output =>
        {
            using var packed = new GZipStream(output, CompressionLevel.SmallestSize);
            archive.Write(packed);
        });
        return VmImage.Open(folder);
    }

    private static void Replace(string folder, string name, Action<Stream> write)
    {
        string file = Path.Combine(folder, name);
        using (FileStream output = File.Create(file + ".part")) write(output);
        File.Move(file + ".part", file, overwrite: true);
    }

    // Where /lib is part of /usr, packages of either way are met.
    private static ReadOnlyMemory<byte> ReadLibrary(string libraries, string name)
    {
        string[] candidates = [Path.Combine(libraries, LibraryFolder, name), Path.Combine(libraries, "usr", LibraryFolder, name)];
        return Read(Array.Find(candidates, File.Exists) ?? candidates[0]);
    }

    private static ReadOnlyMemory<byte> Read(string path)
    {
        if (!File.Exists(path)) throw new FileNotFoundException($"{path} is missing. The script image/build lays it down.");
        if (new FileInfo(path).Length > FileSizeMax) throw new IOException($"{path} is larger than anything that belongs into an image.");
        return File.ReadAllBytes(path);
    }
}
