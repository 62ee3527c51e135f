using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Errand.Enclave;

/// <summary>The one folder on the host that belongs to one enclave: gone with it, or, when its host is killed, with the host's next start.</summary>
/// <remarks>
/// All lie in one folder of the user, which nobody else can write to. Beside each lies a file that its host keeps locked: the system lets go of the lock when the host
/// ends, however it ends, and a lock is seen across containers that share the folder, where a process number would mean another process.
/// </remarks>
internal sealed class EnclaveFolder : IDisposable
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    private const UnixFileMode PassForOthers = UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;
    private const string LockSuffix = ".lock";
    private const int RandomSize = 6;

    // A Unix socket's path has 107 bytes at most; "/channel" and some to spare.
    private const int PathSizeMax = 90;

    // How often a sweep may come between the making and the locking of one file, which are two steps.
    private const int TriesMax = 100;

    // A second one that would write is refused either way. Windows deletes no open file that does not allow it; elsewhere any sharing is a lock that others may share.
    private static readonly FileShare Alone = OperatingSystem.IsWindows() ? FileShare.Delete : FileShare.None;

    private readonly FileStream _held;

    private EnclaveFolder(string path, FileStream held)
    {
        Path = path;
        _held = held;
    }

    /// <summary>The folder's full path.</summary>
    public string Path { get; }

    /// <summary>The folder of this user in which all of them lie.</summary>
    public static string Parent => System.IO.Path.Combine(
        System.IO.Path.GetTempPath(), OperatingSystem.IsLinux() ? string.Create(CultureInfo.InvariantCulture, $"errand-{LinuxFile.UserId}") : "errand");

    /// <summary>Makes a folder.</summary>
    /// <param name="kind">Begins its name: lower-case letters.</param>
    /// <param name="parent">Where; <see cref="Parent"/> unless told.</param>
    /// <exception cref="InvalidOperationException">The parent is not this user's alone, or its path too long.</exception>
    /// <exception cref="IOException">It cannot be made.</exception>
    public static EnclaveFolder Create(string kind, string? parent = null)
    {
        parent = Secure(parent ?? Parent);
        for (int tries = 1; ; tries++)
        {
            string path = NewPath(kind, parent);
            if (TryMakeLock(path + LockSuffix, isLast: tries == TriesMax) is not { } held) continue;
            try
            {
                MakeFolder(path);
                return new EnclaveFolder(path, held);
            }
            catch
            {
                Remove(held);
                throw;
            }
        }
    }

    /// <summary>Removes the folders of hosts that are gone. One that cannot be removed is left to the next start.</summary>
    /// <param name="kind">Of this kind only.</param>
    /// <param name="end">Told of each folder before it is removed: ends what still runs there. An <see cref="IOException"/> from it leaves the folder.</param>
    /// <param name="parent">Where; <see cref="Parent"/> unless told.</param>
    /// <exception cref="InvalidOperationException">The parent is not this user's alone.</exception>
    public static void RemoveLeftBehind(string kind, Action<string> end, string? parent = null)
    {
        parent = Secure(parent ?? Parent);
        foreach (string folder in Directory.EnumerateDirectories(parent, kind + "-*"))
            if (TryHold(folder + LockSuffix, FileMode.OpenOrCreate) is { } held) RemoveHeld(folder, held, end);
        // A host can be killed when it has the lock and no folder yet, or no longer. Such a file is opened and never made anew here: a host that finds
        // its name there after locking must know that it is the file it made.
        foreach (string file in Directory.EnumerateFiles(parent, $"{kind}-*{LockSuffix}"))
            if (!Directory.Exists(file[..^LockSuffix.Length]) && TryHold(file, FileMode.Open) is { } held) Remove(held);
    }

    /// <summary>Gives the folder to a user. Only root can.</summary>
    /// <exception cref="IOException">It cannot be given.</exception>
    public void GiveTo(MachineUser user)
    {
        if (OperatingSystem.IsLinux()) LinuxFile.Give(Path, user.Id);
    }

    /// <summary>Deletes the folder and all in it.</summary>
    /// <exception cref="IOException">Something is still being written there. The next start removes it.</exception>
    public void Dispose()
    {
        using FileStream held = _held;
        if (Directory.Exists(Path)) Delete(Path);
        Remove(held);
    }

    private static string NewPath(string kind, string parent)
    {
        string path = System.IO.Path.Combine(parent, $"{kind}-{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(RandomSize))}");
        if (Encoding.UTF8.GetByteCount(path) > PathSizeMax) throw new InvalidOperationException($"The path {path} is too long for a socket in it. Set TMPDIR to a shorter one.");
        return path;
    }

    // The lock first: a folder without a held lock is one whose host is gone. Null when a sweep saw the file before it was locked and took it for one left
    // behind: it holds it now, or has deleted it. Once locked and still there it is safe, as nobody deletes a file without its lock.
    private static FileStream? TryMakeLock(string file, bool isLast)
    {
        try
        {
            var held = new FileStream(file, FileMode.CreateNew, FileAccess.ReadWrite, Alone, 1);
            if (File.Exists(file)) return held;
            held.Dispose();
        }
        catch (IOException) when (!isLast)
        {
            return null;
        }
        return isLast ? throw new IOException($"{file} is deleted again and again.") : null;
    }

    // Null while its host lives, and when another sweep holds it or has removed it.
    private static FileStream? TryHold(string file, FileMode mode)
    {
        try
        {
            return new FileStream(file, mode, FileAccess.ReadWrite, Alone, 1);
        }
        catch (Exception held) when (held is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static void RemoveHeld(string folder, FileStream held, Action<string> end)
    {
        using FileStream released = held;
        try
        {
            // Another sweep may have removed it before this one held the lock.
            if (Directory.Exists(folder))
            {
                end(folder);
                Delete(folder);
            }
            Remove(held);
        }
        catch (Exception busy) when (busy is IOException or UnauthorizedAccessException)
        {
            // What ran there may be writing its last words. It does not keep this host from starting; the next one finds folder and lock as this one did.
        }
    }

    // First out of the hands of a machine's user: what still ran there could put a link in the way of whoever deletes.
    private static void Delete(string path)
    {
        if (OperatingSystem.IsLinux() && LinuxFile.OwnerOf(path) is { } owner && owner != LinuxFile.UserId && LinuxFile.UserId == 0)
        {
            LinuxFile.Give(path, 0);
            MachineUser.EndProcesses(owner);
        }
        Directory.Delete(path, recursive: true);
    }

    // Deleted while it is held: who opens the name afterwards opens a new file.
    private static void Remove(FileStream held)
    {
        using FileStream released = held;
        File.Delete(held.Name);
    }

    private static string Secure(string parent)
    {
        // A slash at the end would follow a link.
        parent = System.IO.Path.TrimEndingDirectorySeparator(System.IO.Path.GetFullPath(parent));
        if (!OperatingSystem.IsLinux() || !LinuxFile.IsThere(parent)) MakeFolder(parent);
        // Machines of root have users of their own: each must pass to its folder, whose name nobody else knows or could enter.
        if (OperatingSystem.IsLinux() && LinuxFile.UserId == 0 && LinuxFile.WhyNotPrivateFolder(parent) is null) File.SetUnixFileMode(parent, File.GetUnixFileMode(parent) | PassForOthers);
        if (OperatingSystem.IsLinux() && LinuxFile.WhyNotPrivateFolder(parent) is { } why)
            throw new InvalidOperationException($"{parent} {why}, and enclaves' sockets would lie in it. Remove it, or set TMPDIR to a folder of your own.");
        return parent;
    }

    private static void MakeFolder(string path)
    {
        if (OperatingSystem.IsWindows()) Directory.CreateDirectory(path);
        else Directory.CreateDirectory(path, OwnerOnly);
    }
}
