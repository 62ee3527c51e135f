using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using Errand.Attestation;
using Errand.Enclave;
using Errand.Tests;

namespace Errand.Node.Tests;

public sealed class VmImageBuilderTests : IDisposable
{
    private static readonly string[] Program = ["Errand.Enclave", "libsodium.so", "libwasmtime.so"];
    private static readonly string[] Libraries =
        ["ld-linux-x86-64.so.2", "libc.so.6", "libm.so.6", "libgcc_s.so.1", "libpthread.so.0", "libdl.so.2", "librt.so.1", "libssl.so.3", "libcrypto.so.3"];

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("errand-image-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void Built_twice_in_two_folders_it_is_the_same_bytes()
    {
        VmImage first = VmImageBuilder.Build(Sources("one"), At("first")), second = VmImageBuilder.Build(Sources("two"), At("second"));
        foreach (string name in (string[])[VmImage.KernelName, VmImage.InitrdName, VmImage.CommandLineName])
            Assert.Equal(Hash(Path.Combine(first.Folder, name)), Hash(Path.Combine(second.Folder, name)));
        Assert.Equal(VmImageBuilder.CommandLine, first.CommandLine);
        Assert.Equal(first.Measure(VmProfile.Emulated), second.Measure(VmProfile.Emulated));

        using var packed = new GZipStream(File.OpenRead(first.Initrd), CompressionMode.Decompress);
        using var archive = new MemoryStream();
        packed.CopyTo(archive);
        string text = Encoding.ASCII.GetString(archive.ToArray());
        Assert.All(["init\0", "libwasmtime.so\0", "lib64/ld-linux-x86-64.so.2\0", "lib/x86_64-linux-gnu/libc.so.6\0", "dev\0", "proc\0", "sys\0", "modules/tsm.ko.xz\0", "modules/sev-guest.ko.xz\0"], path => Assert.Contains(path, text, StringComparison.Ordinal));

        string changed = Hash(first.Initrd);
        foreach (string part in (string[])["program/libsodium.so", "modules/gcm.ko.xz"])
        {
            File.AppendAllText(Path.Combine(At("two"), part), "x");
            string again = Hash(VmImageBuilder.Build(SourcesIn("two"), At("second")).Initrd);
            Assert.NotEqual(changed, again);
            changed = again;
        }
    }

    [Fact]
    public void Missing_module_is_named_and_nothing_is_written()
    {
        VmImageSources sources = Sources("one");
        File.Delete(Path.Combine(sources.Modules, "sev-guest.ko.xz"));
        Assert.Contains("sev-guest.ko.xz", Assert.Throws<FileNotFoundException>(() => VmImageBuilder.Build(sources, At("out"))).Message, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(At("out")));
    }

    [Fact]
    public void Missing_source_is_named_and_nothing_is_written()
    {
        VmImageSources sources = Sources("one");
        File.Delete(Path.Combine(sources.Libraries, "usr", "lib/x86_64-linux-gnu", "libssl.so.3"));
        Assert.Contains("libssl.so.3", Assert.Throws<FileNotFoundException>(() => VmImageBuilder.Build(sources, At("out"))).Message, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(At("out")));
    }

    [Fact]
    public void References_of_the_real_kernel_change_with_each_part_that_they_cover()
    {
        string kernel = Path.Combine(Vectors.Repository(), "artifacts", "boot", "vmlinuz");
        Assert.SkipUnless(File.Exists(kernel), $"There is no kernel at {kernel}: ./test fetches it.");
        VmImage image = VmImageBuilder.Build(Sources("one") with { Kernel = kernel }, At("out"));
        VmReferences all = VmReferences.Calculate(image, VmProfile.Emulated, out MeasurementError error)!;
        Assert.Equal(MeasurementError.None, error);
        VmReferences larger = VmReferences.Calculate(image, VmProfile.Emulated with { MemoryMiB = 512 }, out _)!;
        Assert.NotEqual(all.Pcr4Filled.ToArray(), larger.Pcr4Filled.ToArray());
        Assert.Equal(all.Pcr4.ToArray(), larger.Pcr4.ToArray());

        File.AppendAllText(image.Initrd, "x");
        VmReferences initrd = VmReferences.Calculate(image, VmProfile.Emulated, out _)!;
        Assert.NotEqual(all.Pcr9.ToArray(), initrd.Pcr9.ToArray());
        Assert.NotEqual(all.Rtmr2.ToArray(), initrd.Rtmr2.ToArray());
        Assert.Equal(all.Rtmr1.ToArray(), initrd.Rtmr1.ToArray());

        File.WriteAllText(image.Kernel, "no kernel");
        Assert.Null(VmReferences.Calculate(image, VmProfile.Emulated, out error));
        Assert.Equal(MeasurementError.KernelHeader, error);
    }

    private VmImageSources Sources(string name)
    {
        VmImageSources sources = SourcesIn(name);
        Directory.CreateDirectory(sources.Program);
        Directory.CreateDirectory(Path.Combine(sources.Libraries, "usr", "lib/x86_64-linux-gnu"));
        foreach (string file in Program) File.WriteAllText(Path.Combine(sources.Program, file), file);
        foreach (string file in Libraries) File.WriteAllText(Path.Combine(sources.Libraries, "usr", "lib/x86_64-linux-gnu", file), file);
        Directory.CreateDirectory(sources.Modules);
        foreach (GuestModule module in GuestModule.All) File.WriteAllText(Path.Combine(sources.Modules, module.File), module.Name);
        File.WriteAllText(sources.Kernel, "kernel");
        return sources;
    }

    private VmImageSources SourcesIn(string name) => new() { Program = Path.Combine(At(name), "program"), Libraries = Path.Combine(At(name), "libraries"), Kernel = Path.Combine(At(name), "vmlinuz"), Modules = Path.Combine(At(name), "modules") };

    private static string Hash(string file) => Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(file)));

    private string At(string name) => Path.Combine(_folder.FullName, name);
}
