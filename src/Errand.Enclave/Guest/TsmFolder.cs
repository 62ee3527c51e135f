namespace Errand.Enclave;

/// <summary>configfs as the kernel shows it.</summary>
/// <param name="folder">Usually <see cref="DefaultFolder"/>.</param>
internal sealed class TsmFolder(string folder) : ITsmTree
{
    /// <summary>Where configfs is mounted.</summary>
    public const string MountPoint = "/sys/kernel/config";

    /// <summary>Where entries are made.</summary>
    public const string DefaultFolder = MountPoint + "/tsm/report";

    private const int FileExists = 17;

    public void Create(string entry)
    {
        string path = Path.Combine(folder, entry);
        if (Path.Exists(path)) throw new IOException($"{path} is there already.", FileExists);
        // Without configfs a folder could be made that no kernel looks at.
        if (!Directory.Exists(folder)) throw new DirectoryNotFoundException($"There is no {folder}.");
        Directory.CreateDirectory(path);
    }

    public void Write(string entry, string file, ReadOnlySpan<byte> bytes)
    {
        using FileStream stream = Open(entry, file, FileAccess.Write);
        stream.Write(bytes);
    }

    public byte[]? Read(string entry, string file, int sizeMax)
    {
        try
        {
            using FileStream stream = Open(entry, file, FileAccess.Read);
            var bytes = new byte[sizeMax + 1];
            int size = stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
            return bytes[..size];
        }
        catch (FileNotFoundException)
        {
            return null;
        }
    }

    public void Remove(string entry) => Directory.Delete(Path.Combine(folder, entry));

    // The kernel takes calls as they come: nothing may be buffered or split.
    private FileStream Open(string entry, string file, FileAccess access) =>
        new(Path.Combine(folder, entry, file), new FileStreamOptions { Mode = FileMode.Open, Access = access, Share = FileShare.ReadWrite, BufferSize = 0 });
}
