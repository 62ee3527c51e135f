using System.Security.Cryptography;

namespace Errand.Client;

/// <summary>Writes small private files so that a crash leaves the old file, the new one, or none, and never a part.</summary>
internal static class DurableFile
{
    internal const string TemporarySuffix = ".tmp";

    private const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>Writes a file with mode 0600: to a temporary name, synced, renamed, and the folder synced.</summary>
    /// <exception cref="IOException">The file exists and <paramref name="replace"/> is false, or the disk failed.</exception>
    internal static void Write(string path, ReadOnlySpan<byte> content, bool replace)
    {
        string folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        string temporary = Path.Combine(folder, $".{Path.GetFileName(path)}.{RandomNumberGenerator.GetHexString(16, lowercase: true)}{TemporarySuffix}");
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, Share = FileShare.None };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = Private;
        try
        {
            using (var file = new FileStream(temporary, options))
            {
                file.Write(content);
                file.Flush(flushToDisk: true);
            }
            if (replace) File.Move(temporary, path, overwrite: true);
            else if (!DurableFolder.TryName(temporary, path)) throw new IOException($"{path} exists.");
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }
        DurableFolder.Flush(folder);
    }
}
