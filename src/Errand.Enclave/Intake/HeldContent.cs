using Errand.Cryptography;
using Errand.Primitives;

namespace Errand.Enclave;

/// <summary>An input held in memory whole.</summary>
/// <remarks>The same memory holds first ciphertext, then plaintext: chunks open in place and move up.</remarks>
internal sealed class HeldContent(ContentId content, int sizeBytes) : InputContent
{
    private readonly SecretBuffer _buffer = new(sizeBytes);

    /// <summary>The plaintext, once open.</summary>
    public ReadOnlyMemory<byte> Plaintext => _buffer.Memory;

    public override AbortReason Pull(ChunkFlow flow, AbortReason wrongContent)
    {
        for (Span<byte> rest = _buffer.GetSpan(); !flow.IsAtEnd;)
        {
            AbortReason reason = flow.Read(out ReadOnlyMemory<byte> chunk);
            if (reason != AbortReason.None) return reason;
            chunk.Span.CopyTo(rest);
            rest = rest[chunk.Length..];
        }
        return HasContentId() ? AbortReason.None : wrongContent;
    }

    // The content id held, so the header and all sizes are those that the sealer wrote.
    public override AbortReason Open(ContentKey key)
    {
        Span<byte> rest = _buffer.GetSpan();
        SealedFileHeader header = ReadHeader(rest);
        using var opener = new SealedChunkOpener(header, key, content);
        if (opener.Failure.Error == SealingError.KeyCommitment) return AbortReason.KeyCommitment;

        int size = 0;
        for (int offset = header.Size; opener.NextSize > 0;)
        {
            Span<byte> chunk = rest.Slice(offset, opener.NextSize);
            if (!opener.TryReadNext(chunk, chunk, out int written)) return AbortReason.SealedFile;
            chunk[..written].CopyTo(rest[size..]);
            offset += chunk.Length;
            size += written;
        }
        if (!opener.Finish(atEnd: true).Succeeded) return AbortReason.SealedFile;
        _buffer.Shrink(size);
        return header.IsFolder ? OpenFolder(header, Plaintext.Span[..header.FolderIndexSize]) : AbortReason.None;
    }

    public override void Dispose() => ((IDisposable)_buffer).Dispose();

    private unsafe bool HasContentId()
    {
        fixed (byte* start = _buffer.GetSpan())
        {
            using var ciphertext = new UnmanagedMemoryStream(start, _buffer.Size);
            return SealedFile.Verify(ciphertext, content).Succeeded;
        }
    }

    private static SealedFileHeader ReadHeader(ReadOnlySpan<byte> file)
    {
        SealedFileHeader? header = SealedFileHeader.TryReadSize(file[..SealedFormat.PrefixSize], out int size) ? SealedFileHeader.TryParse(file[..size]) : null;
        return header ?? throw new InvalidOperationException("A verified file has no header.");
    }
}
