using System.Diagnostics.CodeAnalysis;
using Errand.Primitives;

namespace Errand.Cryptography;

/// <summary>All leaf hashes of a sealed file: with it single chunks are verified against the content id in any order.</summary>
/// <remarks>
/// 32 bytes a chunk, hence 1/2,048 of the file at 64 KiB. Encoded as the hashes one after the other, the header's first;
/// the content id proves every bit of it, so it may come from anywhere.
/// </remarks>
public sealed class SealedFileIndex
{
    /// <summary>The most chunks an index is made for: 512 MiB of hashes, 1 TiB of file at 64 KiB a chunk.</summary>
    public const int ChunkCountMax = 1 << 24;

    private readonly Bytes32[] _leafHashes;

    private SealedFileIndex(SealedFileHeader header, Bytes32[] leafHashes, ContentId contentId)
    {
        Header = header;
        ContentId = contentId;
        _leafHashes = leafHashes;
    }

    /// <summary>The file's header, proven by the content id.</summary>
    public SealedFileHeader Header { get; }

    /// <summary>The content id that these hashes give.</summary>
    public ContentId ContentId { get; }

    /// <summary>Computes the index of a file, reading all of it.</summary>
    /// <param name="ciphertext">The sealed file, to its end.</param>
    /// <param name="expected">The content id the file must have; null to learn it.</param>
    /// <param name="index">The index; null when false.</param>
    /// <param name="failure">As <see cref="SealedFile.Verify"/>; or <c>index</c> when the file has more than <see cref="ChunkCountMax"/> chunks.</param>
    /// <param name="workers">How many threads hash at the same time.</param>
    /// <param name="chunkCountMax">The most chunks that the caller has room for, at most <see cref="ChunkCountMax"/>.</param>
    /// <param name="cancellation">Ends the run between groups of chunks.</param>
    public static bool TryCompute(
        Stream ciphertext, ContentId? expected, [NotNullWhen(true)] out SealedFileIndex? index, out SealingFailure failure,
        int workers = 1, int chunkCountMax = ChunkCountMax, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(ciphertext);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(chunkCountMax, ChunkCountMax);
        index = null;
        if (!HeaderReader.TryRead(ciphertext, out SealedFileHeader? header, out failure)) return false;
        failure = new SealingFailure(SealingError.Index);
        if (header.ChunkCount > chunkCountMax) return false;

        var leafHashes = new List<Bytes32>();
        SealingResult result = SealedFile.Index(header, ciphertext, expected, leafHashes, workers, cancellation);
        failure = result.Failure;
        if (result.Succeeded) index = new SealedFileIndex(header, [.. leafHashes], result.Info.ContentId);
        return index is not null;
    }

    /// <summary>Reads an encoded index and proves it.</summary>
    /// <param name="encoded">32 bytes for the header and for each chunk.</param>
    /// <param name="header">The file's header.</param>
    /// <param name="expected">The content id of the file.</param>
    /// <param name="index">The index; null when false.</param>
    /// <param name="failure"><c>index</c> for a wrong length, <c>content-id</c> when header or hashes are not the file's.</param>
    public static bool TryParse(
        ReadOnlySpan<byte> encoded, SealedFileHeader header, ContentId expected, [NotNullWhen(true)] out SealedFileIndex? index, out SealingFailure failure)
    {
        ArgumentNullException.ThrowIfNull(header);
        index = null;
        failure = new SealingFailure(SealingError.Index);
        if (header.ChunkCount > ChunkCountMax || encoded.Length != (header.ChunkCount + 1) * Bytes32.Size) return false;

        var leafHashes = new Bytes32[(int)header.ChunkCount + 1];
        var tree = new MerkleAccumulator();
        for (int i = 0; i < leafHashes.Length; i++)
        {
            leafHashes[i] = new Bytes32(encoded.Slice(i * Bytes32.Size, Bytes32.Size));
            tree.AppendLeafHash(leafHashes[i]);
        }

        failure = new SealingFailure(SealingError.ContentId);
        if (leafHashes[0] != MerkleHasher.Leaf(header.Encoded.Span) || SealedFormat.Identify(header, tree.Root) != expected) return false;
        failure = default;
        index = new SealedFileIndex(header, leafHashes, expected);
        return true;
    }

    /// <summary>32 bytes for the header and for each chunk.</summary>
    public byte[] Encode()
    {
        var encoded = new byte[_leafHashes.Length * Bytes32.Size];
        for (int i = 0; i < _leafHashes.Length; i++) _leafHashes[i].CopyTo(encoded.AsSpan(i * Bytes32.Size));
        return encoded;
    }

    /// <summary>Whether these bytes, tag included, are chunk <paramref name="chunk"/> of the file. Needs no key.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such chunk.</exception>
    public bool IsChunk(long chunk, ReadOnlySpan<byte> ciphertext) =>
        ciphertext.Length == Header.SealedChunkSize(chunk) && MerkleHasher.Leaf(ciphertext) == _leafHashes[(int)chunk + 1];
}
