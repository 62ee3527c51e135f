using System.Globalization;
using System.Security.Cryptography;

namespace Errand.Enclave;

/// <summary>The one folder on the host that belongs to one enclave: gone with it, or, when its host is killed, with the host's next start.</summary>
/// <remarks>
/// All lie in one folder of the user, which nobody else can write to. Beside each lies a file that its host keeps locked: the system lets go of the lock when the host
/// ends, however it ends, and a lock is seen across containers that share the folder, where a process number would mean another process.
/// </remarks>
internal sealed class EnclaveFolder : IDisposable
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    private const string LockSuffix = ".lock";
    private const int RandomSize = 6;

    // A Unix socket's path has 107 bytes at most; "/channel" and some to spare.
    private const int PathLengthMax = 90;

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
        string path = System.IO.Path.Combine(parent, $"{kind}-{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(RandomSize))}");
        if (path.Length > PathLengthMax) throw new InvalidOperationException($"The path {path} is too long for a socket in it. Set TMPDIR to a shorter one.");
        // The lock first: a folder without a held lock is one whose host is gone.
        var held = new FileStream(path + LockSuffix, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, 1);
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

    /// <summary>Removes the folders of hosts that are gone.</summary>
    /// <param name="kind">Of this kind only.</param>
    /// <param name="end">Told of each folder before it is removed: ends what still runs there.</param>
    /// <param name="parent">Where; <see cref="Parent"/> unless told.</param>
    /// <exception cref="InvalidOperationException">The parent is not this user's alone.</exception>
    public static void RemoveLeftBehind(string kind, Action<string> end, string? parent = null)
    {
        parent ??= Parent;
        if (!Directory.Exists(parent)) return;
        foreach (string folder in Directory.EnumerateDirectories(Secure(parent), kind + "-*"))
        {
            if (TryHold(folder + LockSuffix) is not { } held) continue;
            try
            {
                end(folder);
                Directory.Delete(folder, recursive: true);
            }
            catch (DirectoryNotFoundException)
            {
                // Another host has cleared up at the same time, before this one held the lock.
            }
            finally
            {
                Remove(held);
            }
        }
    }

    /// <summary>Deletes the folder and all in it.</summary>
    public void Dispose()
    {
        if (Directory.Exists(Path)) Directory.Delete(Path, recursive: true);
        Remove(_held);
    }

    // Null while its host lives.
    private static FileStream? TryHold(string file)
    {
        try
        {
            return new FileStream(file, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, 1);
        }
        catch (IOException)
        {
            return null;
        }
    }

    // Deleted while it is held: who opens the name afterwards opens a new file.
    private static void Remove(FileStream held)
    {
        File.Delete(held.Name);
        held.Dispose();
    }

    private static string Secure(string parent)
    {
        parent = System.IO.Path.GetFullPath(parent);
        MakeFolder(parent);
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
