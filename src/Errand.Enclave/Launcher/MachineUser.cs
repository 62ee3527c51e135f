using System.Globalization;
using System.Runtime.Versioning;
using System.Security.Cryptography;

namespace Errand.Enclave;

/// <summary>A user that nobody else is, for the processes of one machine: a guest that breaks out of its devices meets neither the host's files nor another machine's.</summary>
/// <param name="Id">Number of user and group.</param>
/// <param name="Groups">Further groups: those of the devices that the machine needs.</param>
internal sealed record MachineUser(uint Id, IReadOnlyList<uint> Groups)
{
    // CAP_CHOWN, CAP_SETGID, CAP_SETUID, CAP_SETPCAP (linux/capability.h).
    private const ulong NeededCapabilities = 1 << 0 | 1 << 6 | 1 << 7 | 1 << 8;

    // Numbers that neither people nor systemd nor containers are given; where a container has no such, those of systemd's passing users.
    private static readonly (uint First, uint Count)[] Ranges = [(0x7000_0000, 0x0FFF_FFFF), (61_184, 4_336)];

    /// <summary>Draws one where this process is root, which alone can give its processes another user.</summary>
    /// <param name="options">What the machine is started from; all of it must be open to that user.</param>
    /// <param name="why">Why the machine runs as root nevertheless; null when it does not.</param>
    public static MachineUser? TryDraw(VmEnclaveOptions options, out string? why)
    {
        why = null;
        if (!OperatingSystem.IsLinux() || LinuxFile.UserId != 0) return null;
        string[] files = [EnclaveFolder.Parent, options.Image.Kernel, options.Image.Initrd, .. options.Profile.Firmware.Length > 0 ? [options.Profile.Firmware] : Array.Empty<string>()];
        foreach (string file in files)
            if (!LinuxFile.IsOpenToAll(file)) why ??= $"{file} is closed to other users";
        var groups = new List<uint>();
        foreach (string device in VmHost.Devices(options.Profile.Mode))
        {
            if (LinuxFile.GroupThatMayUse(device) is { } group) groups.Add(group);
            else why ??= $"{device} is open to no group";
        }
        if (!CanChangeUsers(File.ReadAllText("/proc/self/status"))) why ??= "this process has not all of root's capabilities";
        if (why is not null) return null;
        if (Draw(File.ReadAllText("/proc/self/uid_map"), File.ReadAllText("/proc/self/gid_map")) is { } id) return new MachineUser(id, [.. groups.Distinct()]);
        why = "this container has no users to spare";
        return null;
    }

    /// <summary>Ends all processes of a machine's user, if its number is one that nobody else is given. Only root can.</summary>
    [SupportedOSPlatform("linux")]
    public static void EndProcesses(uint user)
    {
        if (user < Ranges[0].First || user - Ranges[0].First >= Ranges[0].Count) return;
        HeldProcess.EndAll(id => LinuxFile.OwnerOf($"/proc/{id}") == user);
    }

    /// <summary>A number that both maps of a user namespace have; null when there is none in the ranges. A line is: first number inside, first outside, count.</summary>
    internal static uint? Draw(string userMap, string groupMap)
    {
        foreach ((uint first, uint count) in Ranges)
            if (Covers(userMap, first, count) && Covers(groupMap, first, count)) return first + (uint)RandomNumberGenerator.GetInt32((int)count);
        return null;
    }

    /// <summary>True when the status of a process (proc(5)) shows the capabilities that giving processes and files to other users takes.</summary>
    internal static bool CanChangeUsers(string status) =>
        status.Split('\n').FirstOrDefault(line => line.StartsWith("CapEff:", StringComparison.Ordinal)) is { } effective
        && ulong.TryParse(effective.AsSpan(7).Trim(), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out ulong set) && (set & NeededCapabilities) == NeededCapabilities;

    private static bool Covers(string map, uint first, uint count)
    {
        foreach (string line in map.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            string[] words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (words.Length == 3 && ulong.TryParse(words[0], NumberStyles.None, CultureInfo.InvariantCulture, out ulong inside) && ulong.TryParse(words[2], NumberStyles.None, CultureInfo.InvariantCulture, out ulong length)
                && inside <= first && (ulong)first + count <= inside + length) return true;
        }
        return false;
    }
}
