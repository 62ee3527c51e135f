using System.Buffers.Binary;

namespace Errand.Enclave;

/// <summary>The enclave's end of the channel. Blocking: the enclave does one thing at a time.</summary>
internal sealed class EnclaveChannel(Stream input, Stream output) : IEnclavePort
{
    // Chunks asked for ahead, the one in use, and the one that is being read.
    private const int LargeFrames = ChunkFlow.AheadMax + 2;
    private const int LargeSizeMin = 80_000;

    private readonly Lock _sending = new();
    private readonly byte[]?[] _large = new byte[]?[LargeFrames];
    private int _next;

    /// <summary>Says hello.</summary>
    /// <exception cref="IOException">The host is gone.</exception>
    public void SayHello()
    {
        output.Write(FrameFormat.Hello);
        output.Flush();
    }

    /// <inheritdoc/>
    public void Send(EnclaveMessage message)
    {
        byte[] frame = message.EncodeFrame();
        lock (_sending)
        {
            output.Write(frame);
            output.Flush();
        }
    }

    /// <inheritdoc/>
    public AbortReason Receive<T>(out T? message)
        where T : EnclaveMessage
    {
        AbortReason reason = Receive(static () => true, out EnclaveMessage? any);
        message = any as T;
        return reason != AbortReason.None ? reason : message is null ? AbortReason.Order : AbortReason.None;
    }

    /// <summary>Waits for a message of any kind, if one is due when its first byte comes.</summary>
    /// <param name="isDue">False: whatever comes, comes against the order.</param>
    /// <param name="message">The message; null after a failure.</param>
    public AbortReason Receive(Func<bool> isDue, out EnclaveMessage? message)
    {
        message = null;
        Span<byte> length = stackalloc byte[FrameFormat.LengthSize];
        if (input.Read(length[..1]) == 0) return AbortReason.ChannelClosed;
        if (!isDue()) return AbortReason.Order;
        if (input.ReadAtLeast(length[1..], length.Length - 1, throwOnEndOfStream: false) < length.Length - 1) return AbortReason.ChannelClosed;
        uint size = BinaryPrimitives.ReadUInt32BigEndian(length);
        if (!FrameFormat.IsLength(size)) return AbortReason.Message;
        Memory<byte> frame = TakeFrame((int)size);
        if (input.ReadAtLeast(frame.Span, frame.Length, throwOnEndOfStream: false) < frame.Length) return AbortReason.ChannelClosed;
        message = EnclaveMessage.TryDecode(frame);
        return message is null ? AbortReason.Message : AbortReason.None;
    }

    // Only chunks are large. Their memory is taken in turn: a flow that is asked for a chunk has no use any more for the one before.
    private Memory<byte> TakeFrame(int size)
    {
        if (size < LargeSizeMin) return GC.AllocateUninitializedArray<byte>(size);
        _next = (_next + 1) % LargeFrames;
        return (_large[_next] ??= new byte[FrameFormat.SizeMax]).AsMemory(0, size);
    }
}
