namespace Errand.Enclave;

/// <summary>The writing end of a machine's port. Where a pipe would break, a port waits for its host to come back: one that waits too long is told of.</summary>
/// <param name="port">The port.</param>
/// <param name="patience">How long a host may take to read what one write gives.</param>
/// <param name="stalled">Told on another thread; the write still waits.</param>
internal sealed class GuardedPort(Stream port, TimeSpan patience, Action stalled) : Stream
{
    private readonly Timer _watch = new(_ => stalled(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        _watch.Change(patience, Timeout.InfiniteTimeSpan);
        try
        {
            port.Write(buffer);
        }
        finally
        {
            _watch.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Flush() => port.Flush();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing) _watch.Dispose();
        base.Dispose(disposing);
    }
}
