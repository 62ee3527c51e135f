using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace Errand.Enclave;

/// <summary>The kernel under the first process.</summary>
[SupportedOSPlatform("linux")]
internal sealed partial class GuestKernel : IGuestKernel
{
    // Numbers of x86-64 (arch/x86/entry/syscalls/syscall_64.tbl): the C library has no functions for these two.
    private const nint DeleteModuleCall = 176, LoadModuleCall = 313;
    private const nint CompressedFile = 4, NonBlocking = 0x800;
    private const nuint NoSetUserId = 2, NoDevices = 4, NoPrograms = 8;
    private const int NoSuchFile = 2, InputOutput = 5;
    private const string ModulesSwitch = "/proc/sys/kernel/modules_disabled", KernelsSwitch = "/proc/sys/kernel/kexec_load_disabled";
    private const string SecurityFolder = "/sys/kernel/security", Lockdown = SecurityFolder + "/lockdown";

    // Linux 6.16 and later (Documentation/ABI/testing/sysfs-devices-virtual-misc-tdx_guest): 48 bytes written extend it.
    private const string RuntimeRegister = "/sys/devices/virtual/misc/tdx_guest/measurements/rtmr3:sha384";

    public int LoadModule(string file)
    {
        if (!File.Exists(file)) return NoSuchFile;
        using FileStream stream = File.OpenRead(file);
        return Native.syscall(LoadModuleCall, stream.SafeFileHandle.DangerousGetHandle(), "", CompressedFile) == 0 ? 0 : Marshal.GetLastPInvokeError();
    }

    public int UnloadModule(string name) => Native.syscall(DeleteModuleCall, name, NonBlocking) == 0 ? 0 : Marshal.GetLastPInvokeError();

    public int Mount(string kind, string folder, bool devices) =>
        Native.mount(kind, folder, kind, NoSetUserId | NoPrograms | (devices ? 0 : NoDevices), 0) == 0 ? 0 : Marshal.GetLastPInvokeError();

    public int Unmount(string folder) => Native.umount2(folder, 0) == 0 ? 0 : Marshal.GetLastPInvokeError();

    // None of the three can be taken back. Lockdown (kernel_lockdown(7)) closes /dev/mem, /proc/kcore and the like.
    public int Seal()
    {
        int error = WriteWhole(ModulesSwitch, "1\n"u8);
        if (error == 0) error = WriteWhole(KernelsSwitch, "1\n"u8);
        if (error == 0) error = Mount("securityfs", SecurityFolder, devices: false);
        if (error == 0) error = WriteWhole(Lockdown, "confidentiality\n"u8);
        return error != 0 ? error : Unmount(SecurityFolder);
    }

    public int ExtendRuntimeRegister(ReadOnlySpan<byte> digest) => File.Exists(RuntimeRegister) ? WriteWhole(RuntimeRegister, digest) : 0;

    private static int WriteWhole(string path, ReadOnlySpan<byte> bytes)
    {
        try
        {
            using var file = new FileStream(path, new FileStreamOptions { Mode = FileMode.Open, Access = FileAccess.Write, Share = FileShare.ReadWrite, BufferSize = 0 });
            file.Write(bytes);
            return 0;
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            return InputOutput;
        }
    }

#pragma warning disable IDE1006, CA5392 // The C library's own names; it is loaded already.
    private static partial class Native
    {
        [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
        internal static partial int mount(string source, string target, string type, nuint flags, nint data);

        [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
        internal static partial int umount2(string target, int flags);

        // Of variable arguments in C; on x86-64 integers and pointers are passed as to any other function.
        [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
        internal static partial nint syscall(nint number, nint handle, string parameters, nint flags);

        [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
        internal static partial nint syscall(nint number, string name, nint flags);
    }
#pragma warning restore IDE1006, CA5392
}
