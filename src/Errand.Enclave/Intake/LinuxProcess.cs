using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace Errand.Enclave;

/// <summary>What an enclave asks of Linux to keep its secrets to itself. Each is a second line: none is relied upon alone.</summary>
[SupportedOSPlatform("linux")]
internal static unsafe partial class LinuxProcess
{
    private const int PrSetDumpable = 4, PrSetNoNewPrivileges = 38;
    private const int ResourceFileSize = 1, ResourceCore = 4, ResourceOpenFiles = 7;
    private const int AdviceDoNotDump = 16;
    private const ulong OpenFilesMax = 256;
    private const int SetPipeSize = 1031;

    /// <summary>Locks pages in memory and keeps them out of core dumps, as far as the process may.</summary>
    public static void KeepPrivate(byte* start, nuint size)
    {
        _ = Native.mlock(start, size);
        _ = Native.madvise(start, size, AdviceDoNotDump);
    }

    /// <summary>Lets go of pages before their memory is given back: how much a process may lock is limited.</summary>
    public static void Unlock(byte* start, nuint size) => _ = Native.munlock(start, size);

    /// <summary>No core dumps, no debugger of the same user, no new rights, and no file that could grow: plaintext reaches no disk but a swap device, which a VM enclave has not.</summary>
    /// <exception cref="InvalidOperationException">The system refused, which no Linux does.</exception>
    public static void Confine()
    {
        Require(Native.prctl(PrSetDumpable, 0, 0, 0, 0));
        Require(Native.prctl(PrSetNoNewPrivileges, 1, 0, 0, 0));
        Limit(ResourceCore, 0);
        Limit(ResourceFileSize, 0);
        Limit(ResourceOpenFiles, OpenFilesMax);
    }

    /// <summary>Lets more of what the host sends be under way at once, where input is a pipe; elsewhere it does nothing.</summary>
    public static void WidenInput() => _ = Native.fcntl(0, SetPipeSize, FrameFormat.ChunkSizeMax);

    private static void Limit(int resource, ulong value)
    {
        var limit = new ResourceLimit { Current = value, Maximum = value };
        Require(Native.setrlimit(resource, &limit));
    }

    private static void Require(int result)
    {
        if (result != 0) throw new InvalidOperationException($"The system refused to confine the process: error {Marshal.GetLastPInvokeError()}.");
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct ResourceLimit
    {
        public ulong Current;
        public ulong Maximum;
    }

#pragma warning disable IDE1006, CA5392 // The C library's own names; it is loaded already.
    private static partial class Native
    {
        [LibraryImport("libc")]
        internal static partial int mlock(byte* start, nuint size);

        [LibraryImport("libc")]
        internal static partial int munlock(byte* start, nuint size);

        [LibraryImport("libc")]
        internal static partial int madvise(byte* start, nuint size, int advice);

        [LibraryImport("libc")]
        internal static partial int fcntl(int handle, int command, int argument);

        [LibraryImport("libc", SetLastError = true)]
        internal static partial int prctl(int option, nuint second, nuint third, nuint fourth, nuint fifth);

        [LibraryImport("libc", SetLastError = true)]
        internal static partial int setrlimit(int resource, ResourceLimit* limit);
    }
#pragma warning restore IDE1006, CA5392
}
