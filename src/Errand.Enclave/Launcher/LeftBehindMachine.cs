using System.Globalization;
using System.Runtime.Versioning;

namespace Errand.Enclave;

/// <summary>
/// Ends a machine whose host is gone. Its number comes from a file that QEMU wrote, so it is believed only if it is the QEMU of that very folder, running as whom the
/// folder belongs to: this user or, where this is root, the machine's own. Its TPM's likewise.
/// </summary>
internal static class LeftBehindMachine
{
    /// <summary>The file in which QEMU leaves its number.</summary>
    public const string ProcessIdName = "pid";

    private const int ProcessIdSizeMax = 16, CommandLineSizeMax = 64 * 1024;

    /// <summary>Ends the machine of a folder, if it runs still. Never throws for what lies in the folder, or for what the number has become.</summary>
    public static void End(string folder)
    {
        End(folder, ProcessIdName, "-pidfile", "");
        // It ends with its machine, unless the host was killed before there was one.
        End(folder, EnclaveTpm.ProcessIdName, "--pid", "file=");
    }

    private static void End(string folder, string name, string option, string prefix)
    {
        string file = Path.Combine(folder, name);
        if (!OperatingSystem.IsLinux() || LinuxFile.OwnerOf(folder) is not { } owner || (owner != LinuxFile.UserId && LinuxFile.UserId != 0) || !LinuxFile.IsRegularFileOf(file, owner)) return;
        try
        {
            if (!int.TryParse(LinuxFile.ReadStart(file, ProcessIdSizeMax).Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out int id)) return;
            // The handle first: should the number become another process's after the look at it, the handle's own has ended, and nothing is killed.
            using HeldProcess? process = HeldProcess.TryOpen(id);
            if (process is not null && IsOf(id, owner, option, prefix + file)) process.TryEnd();
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            // It ended while it was looked at, or is not ours to look at.
        }
    }

    [SupportedOSPlatform("linux")]
    private static bool IsOf(int id, uint owner, string option, string value)
    {
        if (LinuxFile.OwnerOf($"/proc/{id}") != owner) return false;
        string[] arguments = LinuxFile.ReadStart($"/proc/{id}/cmdline", CommandLineSizeMax).Split('\0');
        int at = Array.IndexOf(arguments, option);
        return at >= 0 && at + 1 < arguments.Length && arguments[at + 1] == value;
    }
}
