using System.Security.Cryptography;
using Errand.Cryptography;
using Errand.Primitives;

namespace Errand.Enclave;

/// <summary>An input too large for memory: when it is taken in, each chunk's hash is kept; while the app runs its chunks come again, as often as the task says.</summary>
/// <remarks>
/// A chunk is opened only if it is the one that was hashed. An owner in league with the host could otherwise make other chunks under its own key while the
/// app runs, and learn what the app does with them, though no result would leave.
/// </remarks>
internal sealed class StreamedContent(ContentId content) : InputContent
{
    /// <summary>The most chunks of one streamed file: 64 MiB of hashes, 512 GiB of a file sealed as errand seals large files.</summary>
    public const int ChunkCountMax = 1 << 21;

    // One hashes while the other waits for the host.
    private static readonly int Workers = Math.Min(2, Environment.ProcessorCount);

    // What a folder's index may lie in: the longest header, and chunks of any size up to its end.
    private const int HeadSizeMax = SealedFormat.HeaderSizeMax + SealedFormat.FolderIndexSizeMax + SealedFormat.ChunkSizeMax
        + (SealedFormat.TagSize * ((SealedFormat.FolderIndexSizeMax / SealedFormat.ChunkSizeMin) + 1));

    private byte[] _head = [];
    private SealedFileIndex? _index;
    private SealedFileRange? _range;

    /// <summary>The file's header, proven by the content id.</summary>
    public SealedFileHeader Header => _index?.Header ?? throw new InvalidOperationException("The input has not been taken in.");

    public override AbortReason Pull(ChunkFlow flow, AbortReason wrongContent)
    {
        using var ciphertext = new ChunkStream(flow, HeadSizeMax);
        bool verified = SealedFileIndex.TryCompute(ciphertext, content, out _index, out SealingFailure failure, Workers, ChunkCountMax);
        if (ciphertext.Failure != AbortReason.None) return ciphertext.Failure;
        // So that a folder's names are known before it is read: nothing is asked for out of order.
        if (verified && Header.IsFolder) _head = ciphertext.Head[Header.Size..(int)(Header.ChunkOffset(IndexChunks - 1) + Header.SealedChunkSize(IndexChunks - 1))].ToArray();
        return verified ? AbortReason.None : failure.Error == SealingError.Index ? AbortReason.InputSize : wrongContent;
    }

    public override AbortReason Open(ContentKey key)
    {
        if (!SealedFileRange.TryOpen(_index!, key, out _range, out _)) return AbortReason.KeyCommitment;
        return Header.IsFolder ? OpenHead() : AbortReason.None;
    }

    /// <summary>Opens a chunk in place.</summary>
    /// <param name="chunk">Its number.</param>
    /// <param name="slot">Its ciphertext, and then its plaintext in front.</param>
    /// <returns>None; <see cref="AbortReason.Stream"/> when it is not the chunk that was taken in, <see cref="AbortReason.SealedFile"/> when it is and was never good.</returns>
    public AbortReason OpenChunk(long chunk, Span<byte> slot)
    {
        if (_range!.TryOpenChunk(chunk, slot, slot, out SealingFailure failure)) return AbortReason.None;
        return failure.Error == SealingError.ChunkTag ? AbortReason.SealedFile : AbortReason.Stream;
    }

    public override void Dispose() => _range?.Dispose();

    private int IndexChunks => (Header.FolderIndexSize + Header.ChunkSize - 1) / Header.ChunkSize;

    private AbortReason OpenHead()
    {
        Span<byte> sealedRest = _head;
        var plaintext = new byte[IndexChunks * Header.ChunkSize];
        try
        {
            int size = 0;
            for (int chunk = 0; chunk < IndexChunks; chunk++)
            {
                Span<byte> slot = sealedRest[..Header.SealedChunkSize(chunk)];
                AbortReason reason = OpenChunk(chunk, slot);
                if (reason != AbortReason.None) return reason;
                slot[..Header.PlainChunkSize(chunk)].CopyTo(plaintext.AsSpan(size));
                size += Header.PlainChunkSize(chunk);
                sealedRest = sealedRest[slot.Length..];
            }
            return OpenFolder(Header, plaintext.AsSpan(0, Header.FolderIndexSize));
        }
        finally
        {
            CryptographicOperations.ZeroMemory(plaintext);
            CryptographicOperations.ZeroMemory(_head);
            _head = [];
        }
    }
}
