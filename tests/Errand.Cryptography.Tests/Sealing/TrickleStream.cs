namespace Errand.Cryptography.Tests;

/// <summary>A source that can only be read forwards and gives what a slow pipe gives: a few bytes at a time.</summary>
internal sealed class TrickleStream(byte[] content, int seed) : Stream
{
    private int _position;
    private uint _state = (uint)seed;

    public override bool CanRead => true;
    public override bool CanSeek => false;
    public override bool CanWrite => false;
    public override long Length => throw new NotSupportedException();
    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override int Read(Span<byte> buffer)
    {
        _state = unchecked(_state * 1_664_525 + 1_013_904_223);
        int size = Math.Min(Math.Min(buffer.Length, content.Length - _position), 1 + (int)(_state >> 20));
        content.AsSpan(_position, size).CopyTo(buffer);
        _position += size;
        return size;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));
    public override void Flush() => throw new NotSupportedException();
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
    public override void SetLength(long value) => throw new NotSupportedException();
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
