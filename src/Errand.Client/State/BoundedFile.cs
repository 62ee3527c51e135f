namespace Errand.Client;

/// <summary>A file to write that takes no more than so many bytes; who writes more finds it full.</summary>
internal sealed class BoundedFile(string path, long sizeMax) : Stream
{
    private readonly FileStream _inner = new(path, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 1 << 16);
    private long _written;

    public bool IsFull { get; private set; }

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public void FlushToDisk() => _inner.Flush(flushToDisk: true);

    public override void Flush() => _inner.Flush();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        if (IsFull || buffer.Length > sizeMax - _written)
        {
            IsFull = true;
            return;
        }
        _inner.Write(buffer);
        _written += buffer.Length;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing) _inner.Dispose();
        base.Dispose(disposing);
    }
}
