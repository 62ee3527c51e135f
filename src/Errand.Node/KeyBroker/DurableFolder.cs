using System.Runtime.InteropServices;

namespace Errand.Node;

/// <summary>Makes names in a folder durable, which flushing the files in it does not.</summary>
internal static partial class DurableFolder
{
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
