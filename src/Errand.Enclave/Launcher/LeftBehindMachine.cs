using System.Runtime.Versioning;
using System.Text;

namespace Errand.Enclave;

/// <summary>
/// Ends a machine whose host is gone, and its TPM. They are looked for among all processes, as a host can be killed before either has said its number: a machine's own
/// are those whose arguments name the sockets of its very folder, running as whom the folder belongs to, or as this user.
/// </summary>
internal static class LeftBehindMachine
{
    private const int CommandLineSizeMax = 64 * 1024;

    /// <summary>Ends the machine of a folder, if it runs still. Never throws for what the processes have become.</summary>
    public static void End(string folder)
    {
        if (OperatingSystem.IsLinux() && LinuxFile.OwnerOf(folder) is { } owner && (owner == LinuxFile.UserId || LinuxFile.UserId == 0)) End(folder, owner);
    }

    [SupportedOSPlatform("linux")]
    private static void End(string folder, uint owner)
    {
        // What a machine could have made of itself is not even looked at, where its user is nobody else.
        if (owner != LinuxFile.UserId) MachineUser.EndProcesses(owner);
        // Its TPM ends with it, unless the host was killed before there was one.
        string[] marks = [QemuCommandLine.ChannelOf(Path.Combine(folder, EnclaveMachine.ChannelName)), EnclaveTpm.ControlOf(folder)];
        HeldProcess.EndAll(id => IsOf(id, owner, marks));
    }

    [SupportedOSPlatform("linux")]
    private static bool IsOf(int id, uint owner, string[] marks)
    {
        try
        {
            // One that has its user yet to change is this user's.
            if (LinuxFile.OwnerOf($"/proc/{id}") is not { } user || (user != owner && user != LinuxFile.UserId)) return false;
            return ReadArguments(id).Any(marks.Contains);
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            // It ended while it was looked at, or is not ours to look at.
            return false;
        }
    }

    private static string[] ReadArguments(int id)
    {
        var bytes = new byte[CommandLineSizeMax];
        using FileStream file = File.OpenRead($"/proc/{id}/cmdline");
        return Encoding.UTF8.GetString(bytes, 0, file.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false)).Split('\0');
    }
}
