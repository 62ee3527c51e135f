using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace Errand.Enclave;

/// <summary>What Linux knows of a file and .NET does not say: whose it is, and what it is when links are not followed.</summary>
[SupportedOSPlatform("linux")]
internal static partial class LinuxFile
{
    // statx(2): the same layout on all processors.
    private const int CurrentFolder = -100, NoFollow = 0x100, BasicStats = 0x7FF;
    private const int StatSize = 256, UserOffset = 20, ModeOffset = 28;
    private const int TypeMask = 0xF000, FolderType = 0x4000, RegularType = 0x8000, OwnerOnly = 0x1C0, PermissionMask = 0xFFF;

    /// <summary>The effective user of this process.</summary>
    public static uint UserId => Native.geteuid();

    /// <summary>Why a path is no folder that only this user can enter; null when it is one.</summary>
    public static string? WhyNotPrivateFolder(string path)
    {
        if (!TryStat(path, out uint user, out int mode)) return "is not there";
        if ((mode & TypeMask) != FolderType) return "is no folder";
        if (user != UserId) return $"belongs to user {user}";
        return (mode & PermissionMask) == OwnerOnly ? null : "can be entered by others";
    }

    /// <summary>True for a regular file, no link to one, that belongs to this user.</summary>
    public static bool IsOwnRegularFile(string path) => TryStat(path, out uint user, out int mode) && (mode & TypeMask) == RegularType && user == UserId;

    /// <summary>True when a path belongs to this user.</summary>
    public static bool IsOwn(string path) => TryStat(path, out uint user, out _) && user == UserId;

    private static unsafe bool TryStat(string path, out uint user, out int mode)
    {
        Span<byte> stat = stackalloc byte[StatSize];
        fixed (byte* start = stat)
        {
            bool there = Native.statx(CurrentFolder, path, NoFollow, BasicStats, start) == 0;
            user = BinaryPrimitives.ReadUInt32LittleEndian(stat[UserOffset..]);
            mode = BinaryPrimitives.ReadUInt16LittleEndian(stat[ModeOffset..]);
            return there;
        }
    }

#pragma warning disable IDE1006, CA5392 // The C library's own names; it is loaded already.
    private static partial class Native
    {
        [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8)]
        internal static unsafe partial int statx(int folder, string path, int flags, uint mask, byte* result);

        [LibraryImport("libc")]
        internal static partial uint geteuid();
    }
#pragma warning restore IDE1006, CA5392
}
