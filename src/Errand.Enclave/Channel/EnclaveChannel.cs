using System.Buffers.Binary;

namespace Errand.Enclave;

/// <summary>The enclave's end of the channel. Synchronous: the enclave does one thing at a time.</summary>
internal sealed class EnclaveChannel(Stream input, Stream output)
{
    private readonly Lock _sending = new();

    /// <summary>Says hello.</summary>
    /// <exception cref="IOException">The host is gone.</exception>
    public void SayHello()
    {
        output.Write(FrameFormat.Hello);
        output.Flush();
    }

    /// <summary>Sends a message.</summary>
    /// <exception cref="IOException">The host is gone.</exception>
    public void Send(EnclaveMessage message)
    {
        byte[] body = message.Encode();
        var frame = new byte[FrameFormat.LengthSize + body.Length];
        BinaryPrimitives.WriteInt32BigEndian(frame, body.Length);
        body.CopyTo(frame, FrameFormat.LengthSize);
        lock (_sending)
        {
            output.Write(frame);
            output.Flush();
        }
    }

    /// <summary>Waits for a message of one kind.</summary>
    /// <returns>None and the message; otherwise why not. Nothing can be received after a failure.</returns>
    public AbortReason Receive<T>(out T? message)
        where T : EnclaveMessage
    {
        message = null;
        Span<byte> length = stackalloc byte[FrameFormat.LengthSize];
        if (input.ReadAtLeast(length, length.Length, throwOnEndOfStream: false) < length.Length) return AbortReason.ChannelClosed;
        uint size = BinaryPrimitives.ReadUInt32BigEndian(length);
        if (!FrameFormat.IsLength(size)) return AbortReason.Message;
        var frame = new byte[size];
        if (input.ReadAtLeast(frame, frame.Length, throwOnEndOfStream: false) < frame.Length) return AbortReason.ChannelClosed;
        if (EnclaveMessage.TryDecode(frame) is not { } any) return AbortReason.Message;
        message = any as T;
        return message is null ? AbortReason.Order : AbortReason.None;
    }

    /// <summary>From now on nothing is expected of the host. Watches, on a thread of its own, for the host to say more or to go away.</summary>
    /// <param name="ended">Told once, at any later time.</param>
    public void WatchForEnd(Action<AbortReason> ended)
    {
        var watch = new Thread(() => ended(WaitForEnd())) { IsBackground = true };
        watch.Start();
    }

    private AbortReason WaitForEnd()
    {
        Span<byte> anything = stackalloc byte[1];
        try
        {
            return input.Read(anything) == 0 ? AbortReason.ChannelClosed : AbortReason.Order;
        }
        catch (Exception exception) when (exception is IOException or ObjectDisposedException)
        {
            return AbortReason.ChannelClosed;
        }
    }
}
