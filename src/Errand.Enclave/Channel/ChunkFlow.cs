namespace Errand.Enclave;

/// <summary>The bytes of one input as they come over the channel: always the next ones, asked for a little ahead, so that host and enclave work at the same time.</summary>
/// <param name="port">Where to ask. The input has been announced there.</param>
/// <param name="sizeBytes">Bytes of the sealed file.</param>
internal sealed class ChunkFlow(IEnclavePort port, long sizeBytes)
{
    /// <summary>How many chunks are asked for ahead.</summary>
    public const int AheadMax = 4;

    private long _unasked = sizeBytes, _unread = sizeBytes;
    private int _ahead;

    /// <summary>True when all bytes have come.</summary>
    public bool IsAtEnd => _unread == 0;

    /// <summary>Takes the next bytes, which hold until the next call. A chunk is as large as chunks are, but for the file's last: so their number says nothing.</summary>
    /// <exception cref="IOException">The host is gone.</exception>
    public AbortReason Read(out ReadOnlyMemory<byte> chunk)
    {
        chunk = default;
        for (; _ahead < AheadMax && _unasked > 0; _ahead++)
        {
            port.Send(new EnclaveMessage.ChunkRequest());
            _unasked -= SizeOfNext(_unasked);
        }
        AbortReason reason = port.Receive(out EnclaveMessage.Chunk? next);
        if (reason != AbortReason.None) return reason;
        _ahead--;
        if (next!.Bytes.Length != SizeOfNext(_unread)) return AbortReason.Message;
        _unread -= next.Bytes.Length;
        chunk = next.Bytes;
        return AbortReason.None;
    }

    private static long SizeOfNext(long left) => Math.Min(FrameFormat.ChunkSizeMax, left);
}
