namespace Errand.Cryptography.Tests;

/// <summary>A source of zeros of which one read fails, as a disk does that recovers, and later ones succeed.</summary>
internal sealed class FailingOnceStream(int readsBefore) : Stream
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);
    private int _reads;

    /// <summary>Reads after the one that failed.</summary>
    public int ReadsAfter => Math.Max(0, _reads - readsBefore - 1);

    public override bool CanRead => true;
    public override bool CanSeek => false;
    public override bool CanWrite => false;
    public override long Length => throw new NotSupportedException();
    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override int Read(Span<byte> buffer)
    {
        if (_reads++ == readsBefore)
        {
            // Time for every other worker to come and wait for its turn to read.
            using var never = new ManualResetEventSlim();
            never.Wait(Pause);
            throw new IOException("The disk failed once.");
        }
        buffer.Clear();
        return buffer.Length;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));
    public override void Flush() => throw new NotSupportedException();
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
    public override void SetLength(long value) => throw new NotSupportedException();
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
