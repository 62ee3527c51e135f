namespace Errand.Node;

/// <summary>
/// Held by the process that runs a network in a folder, and given back by the system however it ends: a process number in a file may be
/// that of a host which was killed, of a zombie, or another program's by now.
/// </summary>
public sealed class HostLock : IDisposable
{
    private readonly FileStream _file;

    private HostLock(FileStream file) => _file = file;

    /// <summary>Takes the lock; null when another process, or another network of this one, holds it.</summary>
    public static HostLock? TryTake(DevelopmentFolder folder)
    {
        ArgumentNullException.ThrowIfNull(folder);
        Directory.CreateDirectory(folder.Root);
        return TryOpen(folder) is { } file ? new HostLock(file) : null;
    }

    /// <summary>True while a host runs in a folder.</summary>
    public static bool IsHeld(DevelopmentFolder folder)
    {
        ArgumentNullException.ThrowIfNull(folder);
        if (!File.Exists(folder.HostLock)) return false;
        using FileStream? free = TryOpen(folder);
        return free is null;
    }

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();

    // The file stays: who removes it takes the lock from whoever opened it before.
    private static FileStream? TryOpen(DevelopmentFolder folder)
    {
        try
        {
            return new FileStream(folder.HostLock, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException held) when (held is not (FileNotFoundException or DirectoryNotFoundException))
        {
            return null;
        }
    }
}
