using Errand.Protocol;

namespace Errand.Client;

/// <summary>A folder as one stream: its index, then its files, one of which is open at a time. Nothing is copied.</summary>
/// <remarks>What was found when the folder was looked through must still be so when it is read: else <c>file/unreadable</c>, which names the file.</remarks>
internal sealed class FolderStream : Stream
{
    private readonly FolderScan _folder;
    private readonly byte[] _index;
    private FileStream? _file;
    private int _entry = -1;

    public FolderStream(FolderScan folder, byte[] index)
    {
        _folder = folder;
        _index = index;
        Length = index.Length + folder.Index.ContentBytes;
    }

    public override bool CanRead => true;

    public override bool CanSeek => true;

    public override bool CanWrite => false;

    public override long Length { get; }

    public override long Position { get; set; }

    public override int Read(Span<byte> buffer)
    {
        if (buffer.IsEmpty || Position >= Length) return 0;
        int count = Position < _index.Length ? ReadIndex(buffer) : ReadFile(buffer);
        Position += count;
        return count;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override long Seek(long offset, SeekOrigin origin) =>
        Position = offset + origin switch { SeekOrigin.Begin => 0, SeekOrigin.Current => Position, _ => Length };

    public override void Flush()
    {
    }

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing) _file?.Dispose();
        base.Dispose(disposing);
    }

    private int ReadIndex(Span<byte> buffer)
    {
        int count = Math.Min(buffer.Length, _index.Length - (int)Position);
        _index.AsSpan((int)Position, count).CopyTo(buffer);
        return count;
    }

    private int ReadFile(Span<byte> buffer)
    {
        long at = Position - _index.Length;
        int number = Find(at);
        FolderEntry entry = _folder.Index.Entries[number];
        if (number != _entry) OpenFile(number, entry);
        long left = entry.SizeBytes!.Value - (at - entry.Offset);
        _file!.Position = at - entry.Offset;
        int count = _file.Read(buffer[..(int)Math.Min(buffer.Length, left)]);
        // One that has become longer is told by its end, where the next file would begin.
        return count > 0 && (count < left || _file.Length == entry.SizeBytes) ? count : throw Changed(entry);
    }

    // The last entry that begins at or before a place, and has bytes there.
    private int Find(long at)
    {
        int low = 0, high = _folder.Index.Entries.Length - 1;
        while (low < high)
        {
            int middle = (low + high + 1) / 2;
            if (_folder.Index.Entries[middle].Offset <= at) low = middle;
            else high = middle - 1;
        }
        return low;
    }

    private void OpenFile(int number, FolderEntry entry)
    {
        _file?.Dispose();
        _file = null;
        _entry = -1;
        string path = Path.Combine(_folder.Root, Path.Combine(entry.Path.Split('/')));
        FileStream file = ClientFile.OpenRead(path);
        if (file.Length != entry.SizeBytes || File.GetLastWriteTimeUtc(file.SafeFileHandle) != _folder.Written[number])
        {
            file.Dispose();
            throw Changed(entry);
        }
        (_file, _entry) = (file, number);
    }

    private ClientException Changed(FolderEntry entry) =>
        new(ClientError.FileUnreadable, $"{entry.Path} in {_folder.Root} changed while it was sealed.", "Keep the folder still and seal it again.");
}
