using System.Buffers.Binary;

namespace Errand.Enclave;

/// <summary>The host's end of the channel.</summary>
internal sealed class HostChannel(Stream toEnclave, Stream fromEnclave)
{
    /// <summary>Discards what comes before the hello; false when the stream ends or too much comes first.</summary>
    public async Task<bool> WaitForHelloAsync(CancellationToken cancellation)
    {
        byte[] hello = FrameFormat.Hello.ToArray();
        var window = new byte[hello.Length];
        // Byte by byte, so that nothing after the hello is swallowed.
        for (int read = 0; read < FrameFormat.NoiseSizeMax; read++)
        {
            window.AsSpan(1).CopyTo(window);
            if (await fromEnclave.ReadAsync(window.AsMemory(window.Length - 1), cancellation).ConfigureAwait(false) == 0) return false;
            if (window.AsSpan().SequenceEqual(hello)) return true;
        }
        return false;
    }

    /// <summary>Sends a message. An enclave that is gone shows when it is listened to, with its reason if it gave one.</summary>
    public Task SendAsync(EnclaveMessage message, CancellationToken cancellation) => SendFrameAsync(message.EncodeFrame(), cancellation);

    /// <summary>Sends a frame, its length included.</summary>
    public async Task SendFrameAsync(ReadOnlyMemory<byte> frame, CancellationToken cancellation)
    {
        try
        {
            await toEnclave.WriteAsync(frame, cancellation).ConfigureAwait(false);
            await toEnclave.FlushAsync(cancellation).ConfigureAwait(false);
        }
        catch (IOException)
        {
            // A broken pipe: the enclave's last message, if any, is still to be read.
        }
    }

    /// <summary>Waits for a message other than an abort.</summary>
    public async Task<EnclaveAnswer<EnclaveMessage>> ReceiveAsync(CancellationToken cancellation)
    {
        var length = new byte[FrameFormat.LengthSize];
        if (!await ReadAsync(length, cancellation).ConfigureAwait(false)) return Lost;
        uint size = BinaryPrimitives.ReadUInt32BigEndian(length);
        if (!FrameFormat.IsLength(size)) return Lost;
        var frame = new byte[size];
        if (!await ReadAsync(frame, cancellation).ConfigureAwait(false)) return Lost;
        return EnclaveMessage.TryDecode(frame) switch
        {
            // What launchers say, enclaves do not.
            null or EnclaveMessage.Abort { Reason: AbortReason.None or AbortReason.StartTimeout or AbortReason.EnclaveLost } => Lost,
            EnclaveMessage.Abort abort => new(abort.Reason, null),
            { } message => new(AbortReason.None, message),
        };
    }

    /// <summary>Waits for a message of one kind.</summary>
    public async Task<EnclaveAnswer<T>> ReceiveAsync<T>(CancellationToken cancellation)
        where T : EnclaveMessage
    {
        EnclaveAnswer<EnclaveMessage> any = await ReceiveAsync(cancellation).ConfigureAwait(false);
        if (any.Reason != AbortReason.None) return new(any.Reason, null);
        return any.Value is T message ? new(AbortReason.None, message) : new(AbortReason.EnclaveLost, null);
    }

    private static EnclaveAnswer<EnclaveMessage> Lost => new(AbortReason.EnclaveLost, null);

    private async Task<bool> ReadAsync(byte[] buffer, CancellationToken cancellation)
    {
        try
        {
            return await fromEnclave.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellation).ConfigureAwait(false) == buffer.Length;
        }
        catch (IOException)
        {
            return false;
        }
    }
}
