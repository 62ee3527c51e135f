using System.Globalization;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace Errand.Enclave;

/// <summary>What Linux knows of a file and .NET does not say: whose it is, and what it is when links are not followed.</summary>
[SupportedOSPlatform("linux")]
internal static partial class LinuxFile
{
    // statx(2): the same layout on all processors, in each one's own order of bytes.
    private const int CurrentFolder = -100, NoFollow = 0x100, BasicStats = 0x7FF;
    private const int StatSize = 256, UserOffset = 20, GroupOffset = 24, ModeOffset = 28;
    private const int TypeMask = 0xF000, FolderType = 0x4000, OwnerOnly = 0x1C0, PassForOthers = 0x9;
    private const int ReadForAll = 0x4, EnterForAll = 0x1, UseForGroup = 0x30;

    // Not the bit by which a folder gives its group to what is made in it: that one is inherited, and lets nobody in.
    private const int PermissionMask = 0x1FF;

    /// <summary>The effective user of this process.</summary>
    public static uint UserId => Native.geteuid();

    /// <summary>Why a path is no folder that only this user can look into; null when it is one. Root's may let others pass to what they know the name of.</summary>
    public static string? WhyNotPrivateFolder(string path)
    {
        if (!TryStat(path, out uint user, out _, out int mode)) return string.Create(CultureInfo.InvariantCulture, $"cannot be looked at (error {Marshal.GetLastPInvokeError()})");
        if ((mode & TypeMask) != FolderType) return "is no folder";
        if (user != UserId) return $"belongs to user {user}";
        int permissions = mode & PermissionMask;
        return permissions == OwnerOnly || (user == 0 && permissions == (OwnerOnly | PassForOthers)) ? null : $"has mode 0{Convert.ToString(permissions, 8).PadLeft(3, '0')} instead of 0700";
    }

    /// <summary>True when there is anything by this name, be it a link to nowhere.</summary>
    public static bool IsThere(string path) => TryStat(path, out _, out _, out _);

    /// <summary>Whose a path is; null when there is none.</summary>
    public static uint? OwnerOf(string path) => TryStat(path, out uint user, out _, out _) ? user : null;

    /// <summary>Gives a path to a user and the group of the same number. Only root can.</summary>
    /// <exception cref="IOException">It cannot be given.</exception>
    public static void Give(string path, uint user)
    {
        if (Native.lchown(path, user, user) != 0) throw new IOException($"{path} cannot be given to user {user} (error {Marshal.GetLastPInvokeError()}).");
    }

    /// <summary>True when every user can read a file, or enter a folder, and all folders above it.</summary>
    public static bool IsOpenToAll(string path)
    {
        path = Path.GetFullPath(path);
        for (string? part = File.Exists(path) ? Path.GetDirectoryName(path) : path; part is not null; part = Path.GetDirectoryName(part))
            if (!HasBits(part, EnterForAll)) return false;
        return !File.Exists(path) || HasBits(path, ReadForAll);
    }

    /// <summary>The group whose members may read and write a device; null when there is none.</summary>
    public static uint? GroupThatMayUse(string path) => TryStat(path, out _, out uint group, out int mode) && (mode & UseForGroup) == UseForGroup ? group : null;

    // Of what a link leads to.
    private static bool HasBits(string path, int bits)
    {
        try
        {
            return ((int)File.GetUnixFileMode(path) & bits) == bits;
        }
        catch (Exception unseen) when (unseen is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private static unsafe bool TryStat(string path, out uint user, out uint group, out int mode)
    {
        Span<byte> stat = stackalloc byte[StatSize];
        fixed (byte* start = stat)
        {
            bool there = Native.statx(CurrentFolder, path, NoFollow, BasicStats, start) == 0;
            user = BitConverter.ToUInt32(stat[UserOffset..]);
            group = BitConverter.ToUInt32(stat[GroupOffset..]);
            mode = BitConverter.ToUInt16(stat[ModeOffset..]);
            return there;
        }
    }

#pragma warning disable IDE1006, CA5392 // The C library's own names; it is loaded already.
    private static partial class Native
    {
        [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
        internal static unsafe partial int statx(int folder, string path, int flags, uint mask, byte* result);

        [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
        internal static partial int lchown(string path, uint user, uint group);

        [LibraryImport("libc")]
        internal static partial uint geteuid();
    }
#pragma warning restore IDE1006, CA5392
}
