using Errand.Cryptography;
using Errand.Primitives;

namespace Errand.Enclave;

/// <summary>An input too large for memory: hashed when it is taken in, and read again, as often as the task says, while the app runs.</summary>
internal sealed class StreamedContent(ContentId content) : InputContent
{
    // One hashes while the other waits for the host.
    private static readonly int Workers = Math.Min(2, Environment.ProcessorCount);

    private SealedFileHeader? _header;
    private ContentKey? _key;

    /// <summary>The file's header, proven by the content id.</summary>
    public SealedFileHeader Header => _header ?? throw new InvalidOperationException("The input has not been taken in.");

    public override AbortReason Pull(ChunkFlow flow, AbortReason wrongContent)
    {
        using var ciphertext = new ChunkStream(flow);
        bool verified = SealedFile.VerifyWithHeader(ciphertext, content, out _header, Workers).Succeeded;
        return ciphertext.Failure != AbortReason.None ? ciphertext.Failure : verified ? AbortReason.None : wrongContent;
    }

    public override AbortReason Open(ContentKey key)
    {
        _key = key;
        using SealedChunkOpener opener = Begin();
        return opener.Failure.Error == SealingError.KeyCommitment ? AbortReason.KeyCommitment : AbortReason.None;
    }

    /// <summary>Begins a pass: what it gives has the content id, or its end says that it had not.</summary>
    public SealedChunkOpener Begin() => new(Header, _key ?? throw new InvalidOperationException("The input is not open."), content);

    public override void Dispose()
    {
    }
}
