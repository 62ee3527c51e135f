using System.Runtime.InteropServices;

namespace Errand.Client;

/// <summary>What Linux knows of a file and .NET does not say.</summary>
internal static partial class UnixFile
{
    // statx(2): the same layout on all processors, in each one's own order of bytes.
    private const int CurrentFolder = -100, NoFollow = 0x100, TypeOnly = 0x1;
    private const int StatSize = 256, ModeOffset = 28, TypeMask = 0xF000, RegularType = 0x8000;

    /// <summary>False for a pipe, a socket or a device: opening one may wait for ever. Elsewhere than on Linux true.</summary>
    public static unsafe bool IsRegular(string path)
    {
        if (!OperatingSystem.IsLinux()) return true;
        Span<byte> stat = stackalloc byte[StatSize];
        fixed (byte* start = stat)
            return Native.statx(CurrentFolder, path, NoFollow, TypeOnly, start) == 0 && (BitConverter.ToUInt16(stat[ModeOffset..]) & TypeMask) == RegularType;
    }

#pragma warning disable IDE1006, CA5392 // The C library's own name; it is loaded already.
    private static partial class Native
    {
        [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8)]
        internal static unsafe partial int statx(int folder, string path, int flags, uint mask, byte* result);
    }
#pragma warning restore IDE1006, CA5392
}
