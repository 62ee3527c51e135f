using System.Globalization;
using System.Text;

namespace Errand.Node;

/// <summary>Writes an initial memory file system: a cpio archive in the "newc" format (Linux Documentation/driver-api/early-userspace/buffer-format.rst).</summary>
/// <remarks>
/// The same entries give the same bytes wherever and whenever they are written: in ordinal order of path, with counted inodes, owner root, two
/// fixed modes, and no times or devices. A folder that a path lies in is added by itself.
/// </remarks>
internal sealed class CpioArchive
{
    private const string Magic = "070701", Trailer = "TRAILER!!!";
    private const uint Folder = 0x41ED, Program = 0x81ED; // drwxr-xr-x, -rwxr-xr-x
    private const int Alignment = 4, BlockSize = 512, PathSizeMax = 255;

    private readonly SortedDictionary<string, ReadOnlyMemory<byte>?> _entries = new(StringComparer.Ordinal);

    /// <summary>Adds a folder and those it lies in.</summary>
    /// <exception cref="ArgumentException">The path is not one of plain names, or is that of a file.</exception>
    public void AddFolder(string path)
    {
        Check(path);
        if (Path.GetDirectoryName(path) is { Length: > 0 } parent) AddFolder(parent);
        if (_entries.TryGetValue(path, out ReadOnlyMemory<byte>? known) && known is not null) throw new ArgumentException($"{path} is a file.", nameof(path));
        _entries[path] = null;
    }

    /// <summary>Adds a file and the folders it lies in.</summary>
    /// <exception cref="ArgumentException">The path is not one of plain names, or there already.</exception>
    public void AddFile(string path, ReadOnlyMemory<byte> content)
    {
        Check(path);
        if (Path.GetDirectoryName(path) is { Length: > 0 } parent) AddFolder(parent);
        if (!_entries.TryAdd(path, content)) throw new ArgumentException($"{path} is there already.", nameof(path));
    }

    /// <summary>The archive.</summary>
    public void Write(Stream output)
    {
        long written = 0;
        uint inode = 1;
        foreach ((string path, ReadOnlyMemory<byte>? content) in _entries) WriteEntry(output, ref written, inode++, path, content);
        WriteHeader(output, ref written, 0, 0, 0, 0, Trailer);
        Pad(output, ref written, BlockSize);
    }

    private static void WriteEntry(Stream output, ref long written, uint inode, string path, ReadOnlyMemory<byte>? content)
    {
        WriteHeader(output, ref written, inode, content is null ? Folder : Program, content is null ? 2u : 1u, (uint)(content?.Length ?? 0), path);
        if (content is not { } bytes) return;
        output.Write(bytes.Span);
        written += bytes.Length;
        Pad(output, ref written, Alignment);
    }

    // Thirteen numbers of eight digits: inode, mode, owner, group, links, time, size, device (2), its own device (2), bytes of the name with its NUL, sum.
    private static void WriteHeader(Stream output, ref long written, uint inode, uint mode, uint links, uint size, string path)
    {
        uint[] fields = [inode, mode, 0, 0, links, 0, size, 0, 0, 0, 0, (uint)path.Length + 1, 0];
        byte[] header = Encoding.ASCII.GetBytes($"{Magic}{string.Concat(fields.Select(field => field.ToString("X8", CultureInfo.InvariantCulture)))}{path}\0");
        output.Write(header);
        written += header.Length;
        Pad(output, ref written, Alignment);
    }

    private static void Pad(Stream output, ref long written, int multiple)
    {
        int missing = (int)((multiple - (written % multiple)) % multiple);
        output.Write(new byte[missing]);
        written += missing;
    }

    private static void Check(string path)
    {
        bool plain = path.Length is > 0 and <= PathSizeMax && path.Split('/').All(name => name.Length > 0 && name is not ("." or "..") && name.All(character => character is > ' ' and <= '~'));
        if (!plain) throw new ArgumentException($"'{path}' is no path of plain names without a slash at its ends.", nameof(path));
    }
}
