using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Errand.Client;

/// <summary>Writes small private files so that a crash leaves the old file, the new one, or none, and never a part.</summary>
internal static partial class DurableFile
{
    private const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>Writes a file with mode 0600: to a temporary name, synced, renamed, and the folder synced.</summary>
    /// <exception cref="IOException">The file exists and <paramref name="replace"/> is false, or the disk failed.</exception>
    internal static void Write(string path, ReadOnlySpan<byte> content, bool replace)
    {
        string folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        string temporary = Path.Combine(folder, $".{Path.GetFileName(path)}.{RandomNumberGenerator.GetHexString(16, lowercase: true)}.tmp");
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, Share = FileShare.None };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = Private;
        try
        {
            using (var file = new FileStream(temporary, options))
            {
                file.Write(content);
                file.Flush(flushToDisk: true);
            }
            File.Move(temporary, path, replace);
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }
        if (!OperatingSystem.IsWindows()) SyncFolder(folder);
    }

    // A rename is durable only once the folder is; the class library cannot sync one.
    private static void SyncFolder(string folder)
    {
        int descriptor = Native.Open(folder, 0);
        if (descriptor < 0) throw new IOException($"The folder {folder} cannot be opened.");
        try
        {
            if (Native.Sync(descriptor) != 0) throw new IOException($"The folder {folder} cannot be written to the disk.");
        }
        finally
        {
            _ = Native.Close(descriptor);
        }
    }

    private static partial class Native
    {
        [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
        internal static partial int Open(string path, int flags);

        [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
        internal static partial int Sync(int descriptor);

        [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
        internal static partial int Close(int descriptor);
    }
}
