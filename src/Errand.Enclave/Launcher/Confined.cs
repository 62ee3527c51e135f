using System.Diagnostics;
using System.Globalization;

namespace Errand.Enclave;

/// <summary>Starts a program with little: no privilege that it could gain, no dump of its memory, bounded memory, files and handles, and where the host is root a user of its own.</summary>
/// <remarks>The tools of util-linux set that up and then become the program, so that the process is the program's from the beginning.</remarks>
internal static class Confined
{
    private const string Limiter = "prlimit", Privileges = "setpriv";

    // QEMU has some forty handles, and a thread for each processor and some for its own work.
    private const int HandlesMax = 256, ProcessesMax = 128;

    /// <summary>True when util-linux is installed.</summary>
    public static bool IsSupported => FindTool(Limiter) is not null && FindTool(Privileges) is not null;

    /// <summary>How to start it.</summary>
    /// <param name="program">Its path.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="user">Whom it runs as; null for this process's user.</param>
    /// <param name="addressBytes">Addresses that it may have.</param>
    /// <param name="fileBytes">Bytes of the largest file that it may write.</param>
    /// <exception cref="InvalidOperationException">util-linux is not installed.</exception>
    public static ProcessStartInfo Prepare(string program, IEnumerable<string> arguments, MachineUser? user, long addressBytes, long fileBytes)
    {
        static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);
        string limiter = Need(Limiter), privileges = Need(Privileges);
        List<string> all = ["--core=0", $"--nofile={Number(HandlesMax)}", $"--as={Number(addressBytes)}", $"--fsize={Number(fileBytes)}"];
        // Processes are counted by user: those of this one have nothing to do with a machine.
        if (user is not null) all.Add($"--nproc={Number(ProcessesMax)}");
        all.AddRange(["--", privileges, "--no-new-privs"]);
        if (user is not null)
        {
            all.AddRange(["--bounding-set=-all", "--inh-caps=-all", "--reuid", Number(user.Id), "--regid", Number(user.Id)]);
            all.AddRange(user.Groups.Count == 0 ? ["--clear-groups"] : ["--groups", string.Join(',', user.Groups.Select(group => Number(group)))]);
        }
        return new ProcessStartInfo(limiter, [.. all, "--", program, .. arguments]);
    }

    private static string Need(string tool) => FindTool(tool) ?? throw new InvalidOperationException($"{tool} is not installed. Install the package util-linux.");

    private static string? FindTool(string name) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries).Select(folder => Path.Combine(folder, name)).FirstOrDefault(File.Exists);
}
