using Errand.Protocol;

namespace Errand.Client;

/// <summary>Takes the plaintext of a sealed folder as it comes and lays its files down in a folder that is new and this user's alone.</summary>
internal sealed class FolderWriter : Stream
{
    private readonly string _root;
    private readonly byte[] _indexBytes;
    private readonly long _length;
    private FolderIndex? _index;
    private FileStream? _file;
    private int _next;
    private long _written, _left;

    /// <summary>Makes the folder.</summary>
    /// <param name="root">Where; must not exist.</param>
    /// <param name="length">Bytes of plaintext.</param>
    /// <param name="indexSize">How many of them are the index.</param>
    public FolderWriter(string root, long length, int indexSize)
    {
        _root = root;
        _length = length;
        _indexBytes = new byte[indexSize];
        MakeFolder(root);
    }

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => _written; set => throw new NotSupportedException(); }

    /// <exception cref="ClientException"><c>file/not-sealed</c>: the index is not one. <c>file/folder</c>: this system takes no file of such a name. Nothing has been laid down then.</exception>
    public override void Write(ReadOnlySpan<byte> buffer)
    {
        while (!buffer.IsEmpty)
        {
            int count = _written < _indexBytes.Length ? TakeIndex(buffer) : TakeContent(buffer);
            _written += count;
            buffer = buffer[count..];
        }
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    /// <summary>Writes what is left to the disk.</summary>
    public override void Flush() => _file?.Flush(flushToDisk: true);

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing) _file?.Dispose();
        base.Dispose(disposing);
    }

    private int TakeIndex(ReadOnlySpan<byte> buffer)
    {
        int count = Math.Min(buffer.Length, _indexBytes.Length - (int)_written);
        buffer[..count].CopyTo(_indexBytes.AsSpan((int)_written));
        if (_written + count == _indexBytes.Length) Begin();
        return count;
    }

    private int TakeContent(ReadOnlySpan<byte> buffer)
    {
        // Sizes add up to the length, so that there is a file for every byte.
        int count = (int)Math.Min(buffer.Length, _left);
        _file!.Write(buffer[..count]);
        _left -= count;
        if (_left == 0) OpenNext();
        return count;
    }

    private void Begin()
    {
        if (!FolderIndex.TryDecode(_indexBytes, _length - _indexBytes.Length, out _index)) throw new ClientException(ClientError.Sealed, "What was sealed as a folder is none.");
        foreach (FolderEntry entry in _index.Entries)
            if (Array.Find(entry.Path.Split('/'), name => !CanBeNamed(name)) is { } name) throw new ClientException(ClientError.Folder, $"This system takes no file of the name \"{name}\".");
        OpenNext();
    }

    private static bool CanBeNamed(string name) =>
        name.AsSpan().IndexOfAny(Path.GetInvalidFileNameChars()) < 0 && Path.GetFileName(name) == name && (!OperatingSystem.IsWindows() || (!name.EndsWith('.') && !name.EndsWith(' ')));

    // Goes past empty files and folders to the next file with content.
    private void OpenNext()
    {
        _file?.Flush(flushToDisk: true);
        _file?.Dispose();
        _file = null;
        while (_left == 0 && _next < _index!.Entries.Length)
        {
            FolderEntry entry = _index.Entries[_next++];
            string path = Path.Combine(_root, Path.Combine(entry.Path.Split('/')));
            MakeFolder(entry.SizeBytes is null ? path : Path.GetDirectoryName(path)!);
            if (entry.SizeBytes is not { } size) continue;
            FileStream file = NewFile(path);
            if (size == 0) file.Dispose();
            else (_file, _left) = (file, size);
        }
    }

    private static FileStream NewFile(string path)
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, Share = FileShare.None, BufferSize = 0 };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        return new FileStream(path, options);
    }

    private static void MakeFolder(string path)
    {
        if (OperatingSystem.IsWindows()) Directory.CreateDirectory(path);
        else Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }
}
