using System.Buffers;
using System.Security.Cryptography;
using Errand.Primitives;

namespace Errand.Cryptography;

/// <summary>Up to sixteen neighbouring chunks in one buffer, as they lie in the file: the unit that a worker reads, works on and writes.</summary>
/// <remarks>The buffer holds plaintext at times and is zeroed before it goes back to the pool.</remarks>
internal sealed class ChunkGroup : IDisposable
{
    /// <summary>Chunks in a group: the lanes of <see cref="LeafHasher"/>, and few enough to stay in a core's cache at 64 KiB each.</summary>
    internal const int CountMax = LeafHasher.LaneCount;

    private readonly SealedFileHeader _header;
    private readonly Bytes32[] _leafHashes = new Bytes32[CountMax];
    private readonly int _stride;
    private byte[]? _buffer;

    internal ChunkGroup(SealedFileHeader header)
    {
        _header = header;
        _stride = header.SealedChunkSize(0);
        _buffer = ArrayPool<byte>.Shared.Rent(SizeOf(header));
    }

    /// <summary>Position among the file's groups.</summary>
    internal long Number { get; private set; }

    /// <summary>The number of the first chunk.</summary>
    internal long First { get; private set; }

    /// <summary>How many chunks are there.</summary>
    internal int Count { get; private set; }

    /// <summary>Set when the input ended early: the next chunk, <see cref="First"/> + <see cref="Count"/>, is missing.</summary>
    internal bool IsShort { get; private set; }

    /// <summary>The first chunk of the group whose tag did not hold; <see cref="CountMax"/> when all did.</summary>
    internal int BadTag { get; set; } = CountMax;

    /// <summary>Leaf hashes of the chunks, once computed.</summary>
    internal ReadOnlySpan<Bytes32> LeafHashes => _leafHashes.AsSpan(0, Count);

    /// <summary>Buffer bytes a group of this file needs.</summary>
    internal static int SizeOf(SealedFileHeader header) => (int)Math.Min(CountMax, header.ChunkCount) * header.SealedChunkSize(0);

    /// <summary>How many groups the file has.</summary>
    internal static long CountOf(SealedFileHeader header) => (header.ChunkCount + CountMax - 1) / CountMax;

    /// <summary>Takes the group's place in the file for a new round.</summary>
    internal void Assign(long number)
    {
        Number = number;
        First = number * CountMax;
        Count = (int)Math.Min(CountMax, _header.ChunkCount - First);
        IsShort = false;
        BadTag = CountMax;
    }

    /// <summary>Keeps only the first <paramref name="count"/> chunks: the input ended.</summary>
    internal void CutShort(int count)
    {
        Count = count;
        IsShort = true;
    }

    /// <summary>Chunk <paramref name="index"/> of the group with room for its tag.</summary>
    internal Span<byte> Slot(int index) => Buffer.AsSpan(index * _stride, _header.SealedChunkSize(First + index));

    /// <summary>The plaintext bytes of a slot.</summary>
    internal Span<byte> Plain(int index) => Slot(index)[..^SealedFormat.TagSize];

    /// <summary>All slots together.</summary>
    internal Span<byte> Slots => Buffer.AsSpan(0, (Count - 1) * _stride + _header.SealedChunkSize(First + Count - 1));

    /// <summary>Whether a chunk of the group is the file's last.</summary>
    internal bool IsLast(int index) => First + index == _header.ChunkCount - 1;

    /// <summary>Computes the leaf hashes of all sealed chunks.</summary>
    internal void HashLeaves()
    {
        if (Count > 0) LeafHasher.Hash(Slots, _stride, _leafHashes.AsSpan(0, Count));
    }

    public void Dispose()
    {
        if (_buffer is not { } buffer) return;
        // Not the whole array: the pool's may be twice as long, and its other half was never touched.
        CryptographicOperations.ZeroMemory(buffer.AsSpan(0, SizeOf(_header)));
        ArrayPool<byte>.Shared.Return(buffer);
        _buffer = null;
    }

    private byte[] Buffer => _buffer ?? throw new ObjectDisposedException(nameof(ChunkGroup));
}
