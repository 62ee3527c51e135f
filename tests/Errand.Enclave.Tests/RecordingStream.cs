namespace Errand.Enclave.Tests;

/// <summary>Keeps a copy of all that is read through it.</summary>
internal sealed class RecordingStream(Stream inner) : Stream
{
    private readonly MemoryStream _recorded = new();

    /// <summary>How many bytes each read gave.</summary>
    public List<int> Sizes { get; } = [];

    /// <summary>How often it was sent to a position.</summary>
    public int Rewinds { get; private set; }

    public byte[] Recorded => _recorded.ToArray();

    public override bool CanRead => true;

    public override bool CanSeek => inner.CanSeek;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set
        {
            inner.Position = value;
            Rewinds++;
        }
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        int count = await inner.ReadAsync(buffer, cancellationToken);
        _recorded.Write(buffer.Span[..count]);
        Sizes.Add(count);
        return count;
    }

    public override int Read(byte[] buffer, int offset, int count)
    {
        int read = inner.Read(buffer, offset, count);
        _recorded.Write(buffer, offset, read);
        Sizes.Add(read);
        return read;
    }

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
