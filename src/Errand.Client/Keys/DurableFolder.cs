using System.Runtime.InteropServices;

namespace Errand.Client;

/// <summary>Makes names in a folder durable, which flushing the files in it does not.</summary>
public static partial class DurableFolder
{
    private const int ExistsError = 17;

    /// <summary>Waits until the folder's names are on the disk; does nothing where folders cannot be flushed (Windows).</summary>
    /// <exception cref="IOException">The folder cannot be opened or flushed.</exception>
    public static void Flush(string folder)
    {
        if (OperatingSystem.IsWindows()) return;
        // The class library opens no folders.
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

    /// <summary>Gives a file its final name, unless that name is taken; the name it had is gone either way. Atomic, also between processes.</summary>
    /// <returns>False when another file has the name.</returns>
    /// <exception cref="IOException">The file system refuses.</exception>
    public static bool TryName(string file, string name)
    {
        if (OperatingSystem.IsWindows())
        {
            // MoveFileEx without MOVEFILE_REPLACE_EXISTING looks and renames in one step; the class library does so on no other system.
            try
            {
                File.Move(file, name, overwrite: false);
                return true;
            }
            catch (IOException) when (File.Exists(name))
            {
                File.Delete(file);
                return false;
            }
        }
        bool named = Native.Link(file, name) == 0;
        int error = named ? 0 : Marshal.GetLastPInvokeError();
        File.Delete(file);
        return named || error == ExistsError ? named : throw new IOException($"{name} cannot be written (error {error}).");
    }

    private static partial class Native
    {
        [LibraryImport("libc", EntryPoint = "link", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
        internal static partial int Link(string existing, string name);

        [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
        internal static partial int Open(string path, int flags);

        [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
        internal static partial int Sync(int descriptor);

        [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
        internal static partial int Close(int descriptor);
    }
}
