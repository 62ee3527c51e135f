using System.Globalization;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Microsoft.Win32.SafeHandles;

namespace Errand.Enclave;

/// <summary>A process that need not be a child, held by a handle (pidfd_open(2), Linux 5.3): its number can become another process's, the handle cannot.</summary>
/// <remarks>
/// .NET's own <see cref="System.Diagnostics.Process"/> ends such a process by number, and waits for ever for one that has ended but that its parent, as the
/// first process of many containers, never asks about.
/// </remarks>
[SupportedOSPlatform("linux")]
internal sealed partial class HeldProcess : IDisposable
{
    // Calls of this age have the same number on every processor that .NET runs on.
    private const nint SendSignalCall = 424, OpenCall = 434;
    private const nint KillSignal = 9;
    private const short Readable = 1;
    private const int LookMilliseconds = 100, Looks = 100;

    private readonly SafeFileHandle _handle;

    private HeldProcess(SafeFileHandle handle) => _handle = handle;

    /// <summary>Takes hold of a process; null when there is none with this number, or the system gives no handles.</summary>
    public static HeldProcess? TryOpen(int id)
    {
        nint handle = Native.Open(OpenCall, id, 0);
        return handle < 0 ? null : new HeldProcess(new SafeFileHandle(handle, ownsHandle: true));
    }

    /// <summary>Ends those of all processes that are meant.</summary>
    /// <param name="isMeant">Asked with each one's number, while it is held.</param>
    public static void EndAll(Func<int, bool> isMeant)
    {
        foreach (string folder in Directory.EnumerateDirectories("/proc"))
        {
            if (!int.TryParse(Path.GetFileName(folder), NumberStyles.None, CultureInfo.InvariantCulture, out int id)) continue;
            // The handle first: should the number become another process's after the look at it, the handle's own has ended, and nothing is killed.
            using HeldProcess? process = TryOpen(id);
            if (process is not null && isMeant(id)) process.TryEnd();
        }
    }

    /// <summary>Kills the process and waits for its end, ten seconds at most.</summary>
    /// <returns>False when it may not be killed, or has not ended by then. One that had ended before is true.</returns>
    public unsafe bool TryEnd()
    {
        // One that has ended already, or that may not be killed, is looked at once.
        int looksMax = Native.SendSignal(SendSignalCall, _handle, KillSignal, 0, 0) == 0 ? Looks : 1;
        var look = new Look { Handle = (int)_handle.DangerousGetHandle(), Events = Readable };
        // A handle is readable once its process has ended. A look that a signal cuts short counts as one: the bound holds all the same.
        for (int looks = 0; looks < looksMax; looks++)
            if (Native.Poll(&look, 1, LookMilliseconds) > 0) return true;
        return false;
    }

    public void Dispose() => _handle.Dispose();

    [StructLayout(LayoutKind.Sequential)]
    private struct Look
    {
        public int Handle;
        public short Events;
        public short Seen;
    }

#pragma warning disable CA5392 // The C library is loaded already.
    private static partial class Native
    {
        [LibraryImport("libc", EntryPoint = "syscall")]
        internal static partial nint Open(nint call, nint id, nint flags);

        [LibraryImport("libc", EntryPoint = "syscall")]
        internal static partial nint SendSignal(nint call, SafeFileHandle process, nint signal, nint info, nint flags);

        [LibraryImport("libc", EntryPoint = "poll")]
        internal static unsafe partial int Poll(Look* looks, nuint count, int milliseconds);
    }
#pragma warning restore CA5392
}
