namespace Errand.Platform;

/// <summary>Small files of a node: for its user only, and whole or not there.</summary>
internal static class PrivateFile
{
    private const int SizeMax = 64 << 10;

    /// <summary>The content; null when there is no file.</summary>
    /// <exception cref="IOException">It cannot be read, or is longer than any such file.</exception>
    public static byte[]? TryRead(string path)
    {
        try
        {
            return new FileInfo(path).Length <= SizeMax ? File.ReadAllBytes(path) : throw new IOException($"{path} is longer than {SizeMax} bytes.");
        }
        catch (Exception none) when (none is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }

    /// <summary>Writes it to a temporary name and moves it to its place.</summary>
    public static void Write(string path, ReadOnlySpan<byte> content)
    {
        string unfinished = path + ".part";
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write, Share = FileShare.None };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using (var file = new FileStream(unfinished, options))
        {
            file.Write(content);
            file.Flush(flushToDisk: true);
        }
        File.Move(unfinished, path, overwrite: true);
    }
}
