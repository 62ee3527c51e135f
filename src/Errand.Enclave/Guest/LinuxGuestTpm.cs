using System.Runtime.Versioning;
using System.Text;
using Errand.Tpm;

namespace Errand.Enclave;

/// <summary>The first TPM of a Linux kernel whose drivers are built in, and which this process alone uses.</summary>
/// <param name="kernel">The kernel.</param>
/// <param name="root">Where its files are shown.</param>
[SupportedOSPlatform("linux")]
internal sealed class LinuxGuestTpm(IGuestKernel kernel, string root = "/") : IGuestTpm
{
    private const string ClassFolder = "sys/class/tpm/tpm0", SecurityFolder = "sys/kernel/security", LogFile = SecurityFolder + "/tpm0/binary_bios_measurements";

    public bool IsThere => Directory.Exists(At(ClassFolder));

    public ITpm Open() => LinuxTpm.Open();

    public byte[] ReadLog(int sizeMax)
    {
        Require(kernel.Mount("securityfs", At(SecurityFolder), devices: false), "securityfs cannot be mounted");
        try
        {
            // securityfs gives no size beforehand.
            using FileStream file = Open(LogFile, FileAccess.Read);
            var bytes = new byte[sizeMax + 1];
            return bytes[..file.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false)];
        }
        finally
        {
            Require(kernel.Unmount(At(SecurityFolder)), "securityfs stays mounted");
        }
    }

    // Whatever bus it hangs on: its driver is told to let go of the device that it drives.
    public void Remove()
    {
        // One link after the other: each is relative to where it really lies, and the class's entry is a link itself.
        string device = Target(Path.Combine(Target(At(ClassFolder)), "device"));
        using (FileStream unbind = Open(Path.Combine(Target(Path.Combine(device, "driver")), "unbind"), FileAccess.Write))
            unbind.Write(Encoding.ASCII.GetBytes(Path.GetFileName(device)));
        if (IsThere || File.Exists(At("dev/tpm0")) || File.Exists(At("dev/tpmrm0"))) throw new IOException("The TPM is still there.");
    }

    private string At(string path) => Path.Combine(root, path);

    private FileStream Open(string path, FileAccess access) =>
        new(At(path), new FileStreamOptions { Mode = FileMode.Open, Access = access, Share = FileShare.ReadWrite, BufferSize = 0 });

    private static string Target(string link) =>
        Directory.ResolveLinkTarget(link, returnFinalTarget: false)?.FullName ?? throw new IOException($"{link} is no link.");

    private static void Require(int error, string what)
    {
        if (error != 0) throw new IOException($"{what}: error {error}.");
    }
}
