using Microsoft.Win32.SafeHandles;

namespace Errand.Node;

/// <summary>Makes names in a folder durable, which flushing the files in it does not.</summary>
internal static class DurableFolder
{
    public static void Flush(string folder)
    {
        // .NET opens no folders for writing; on Linux a read-only handle is enough for fsync.
        if (!OperatingSystem.IsLinux()) return;
        using SafeFileHandle handle = Open(folder);
        RandomAccess.FlushToDisk(handle);
    }

    private static SafeFileHandle Open(string folder) => File.OpenHandle(folder, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, FileOptions.None);
}
