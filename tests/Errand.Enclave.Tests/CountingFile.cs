namespace Errand.Enclave.Tests;

/// <summary>A file in memory that counts what is read of it, tells when it is sent to a position, and can stand for a much larger one.</summary>
internal sealed class CountingFile(byte[] bytes) : Stream
{
    public const int RepeatSize = 4096;

    private long _position;
    private int _times;

    /// <summary>When set: so many bytes, a 1 and 4,095 zeros again and again.</summary>
    public long Repeats { get; init; }

    public byte[] Bytes { get; set; } = bytes;

    public Action<int> Rewound { get; set; } = _ => { };

    public long BytesRead { get; private set; }

    public override bool CanRead => true;

    public override bool CanSeek => true;

    public override bool CanWrite => false;

    public override long Length => Repeats > 0 ? Repeats : Bytes.Length;

    public override long Position
    {
        get => _position;
        set
        {
            _position = value;
            Rewound(++_times);
        }
    }

    public override int Read(byte[] buffer, int offset, int count)
    {
        count = (int)Math.Min(count, Length - _position);
        if (Repeats == 0) Array.Copy(Bytes, _position, buffer, offset, count);
        else for (int i = 0; i < count; i++) buffer[offset + i] = (_position + i) % RepeatSize == 0 ? (byte)1 : (byte)0;
        _position += count;
        BytesRead += count;
        return count;
    }

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
