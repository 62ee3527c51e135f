namespace Errand.Enclave;

/// <summary>A <see cref="ChunkFlow"/> as a stream. Where it fails the stream ends early, and <see cref="Failure"/> says why.</summary>
/// <param name="flow">The flow.</param>
/// <param name="headSizeMax">How much of its beginning is kept.</param>
internal sealed class ChunkStream(ChunkFlow flow, int headSizeMax = 0) : Stream
{
    private readonly MemoryStream _head = new();
    private ReadOnlyMemory<byte> _chunk;

    /// <summary>What has been read of the beginning.</summary>
    public ReadOnlySpan<byte> Head => _head.GetBuffer().AsSpan(0, (int)_head.Length);

    /// <summary>Why the flow ended before its end.</summary>
    public AbortReason Failure { get; private set; }

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override int Read(Span<byte> buffer)
    {
        if (_chunk.IsEmpty && !flow.IsAtEnd && Failure == AbortReason.None) Failure = flow.Read(out _chunk);
        int count = Math.Min(buffer.Length, _chunk.Length);
        _chunk.Span[..count].CopyTo(buffer);
        if (_head.Length < headSizeMax) _head.Write(buffer[..(int)Math.Min(count, headSizeMax - _head.Length)]);
        _chunk = _chunk[count..];
        return count;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
