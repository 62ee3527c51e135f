using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;

namespace Errand.Cryptography;

/// <summary>Opens chunks and byte ranges of a sealed file in any order. Every chunk is checked against the content id before it is opened.</summary>
/// <remarks>Not thread-safe. Holds the file key; wiped by <see cref="Dispose"/>.</remarks>
public sealed class SealedFileRange : IDisposable
{
    private readonly SealedFileIndex _index;
    private readonly FileKey _fileKey;
    private readonly ChunkCipher _cipher;

    private SealedFileRange(SealedFileIndex index, FileKey fileKey)
    {
        _index = index;
        _fileKey = fileKey;
        _cipher = fileKey.CreateCipher();
    }

    /// <summary>The file's header.</summary>
    public SealedFileHeader Header => _index.Header;

    /// <summary>Begins reading a file of which the index is known.</summary>
    /// <param name="index">The file's proven leaf hashes.</param>
    /// <param name="key">The content key; not needed any more after this call.</param>
    /// <param name="range">The reader; null when false.</param>
    /// <param name="failure"><c>key-commitment</c> when the file was sealed under another key.</param>
    public static bool TryOpen(SealedFileIndex index, ContentKey key, [NotNullWhen(true)] out SealedFileRange? range, out SealingFailure failure)
    {
        ArgumentNullException.ThrowIfNull(index);
        ArgumentNullException.ThrowIfNull(key);
        FileKey? fileKey = FileKey.TryDerive(key, index.Header);
        range = fileKey is null ? null : new SealedFileRange(index, fileKey);
        failure = new SealingFailure(fileKey is null ? SealingError.KeyCommitment : SealingError.None);
        return range is not null;
    }

    /// <summary>Verifies and opens one chunk.</summary>
    /// <param name="chunk">Its number.</param>
    /// <param name="ciphertext">Its bytes, tag included.</param>
    /// <param name="destination">Room for <see cref="SealedFileHeader.PlainChunkSize"/> bytes at least.</param>
    /// <param name="failure"><c>content-id</c> when these are not the chunk's bytes; <c>chunk-tag</c> when they are but were never sealed under this key.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such chunk.</exception>
    /// <exception cref="ArgumentException"><paramref name="destination"/> is too short.</exception>
    public bool TryOpenChunk(long chunk, ReadOnlySpan<byte> ciphertext, Span<byte> destination, out SealingFailure failure)
    {
        int plainSize = Header.PlainChunkSize(chunk);
        if (destination.Length < plainSize) throw new ArgumentException($"Expected room for {plainSize} bytes, got {destination.Length}.", nameof(destination));
        SealingError error = !_index.IsChunk(chunk, ciphertext) ? SealingError.ContentId
            : !_cipher.TryOpen(chunk, chunk == Header.ChunkCount - 1, ciphertext, destination[..plainSize]) ? SealingError.ChunkTag
            : SealingError.None;
        failure = error == SealingError.None ? default : new SealingFailure(error, chunk);
        return error == SealingError.None;
    }

    /// <summary>Verifies and opens the chunks that hold a range of plaintext.</summary>
    /// <param name="ciphertext">The sealed file; seekable, its position 0 the header's first byte.</param>
    /// <param name="offset">Where the range begins in the plaintext.</param>
    /// <param name="destination">As long as the range. All zero when false.</param>
    /// <param name="failure">As <see cref="TryOpenChunk"/>; or <c>truncated</c> with the chunk.</param>
    /// <exception cref="ArgumentOutOfRangeException">The range ends behind the plaintext.</exception>
    public bool TryRead(Stream ciphertext, long offset, Span<byte> destination, out SealingFailure failure)
    {
        ArgumentNullException.ThrowIfNull(ciphertext);
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(offset, Header.PlaintextLength - destination.Length);
        failure = default;
        byte[] buffer = GC.AllocateUninitializedArray<byte>(Header.SealedChunkSize(0), pinned: true);
        Span<byte> rest = destination;
        try
        {
            while (!rest.IsEmpty && TryReadChunk(ciphertext, offset / Header.ChunkSize, buffer, out failure))
            {
                (long chunk, long skip) = Math.DivRem(offset, Header.ChunkSize);
                int size = (int)Math.Min(rest.Length, Header.PlainChunkSize(chunk) - skip);
                buffer.AsSpan((int)skip, size).CopyTo(rest);
                rest = rest[size..];
                offset += size;
            }
        }
        finally
        {
            CryptographicOperations.ZeroMemory(buffer);
        }

        if (rest.IsEmpty) return true;
        CryptographicOperations.ZeroMemory(destination);
        return false;
    }

    /// <summary>Wipes the file key.</summary>
    public void Dispose()
    {
        _cipher.Dispose();
        _fileKey.Dispose();
    }

    private bool TryReadChunk(Stream ciphertext, long chunk, byte[] buffer, out SealingFailure failure)
    {
        Span<byte> slot = buffer.AsSpan(0, Header.SealedChunkSize(chunk));
        ciphertext.Position = Header.ChunkOffset(chunk);
        failure = new SealingFailure(SealingError.Truncated, chunk);
        return ciphertext.ReadAtLeast(slot, slot.Length, throwOnEndOfStream: false) == slot.Length
            && TryOpenChunk(chunk, slot, slot, out failure);
    }
}
