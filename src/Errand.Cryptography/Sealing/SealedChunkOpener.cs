using Errand.Primitives;

namespace Errand.Cryptography;

/// <summary>Opens a sealed file that is fed to it: the header, then every chunk once and in order.</summary>
/// <remarks>
/// For readers that do not own their source, such as an enclave. Feed it like this:
/// <code>
/// using var opener = new SealedChunkOpener(header, key, expected);
/// while (opener.NextSize > 0)
///     if (opener.TryReadNext(next opener.NextSize bytes, destination, out int written)) use destination[..written];
/// SealingResult result = opener.Finish(nothing follows);
/// </code>
/// Order of failures: a file fails where it is first seen to be wrong (<c>key-commitment</c>, then <c>chunk-tag</c>,
/// <c>truncated</c> or <c>trailing-data</c> with the chunk). Only before chunk 0 has opened, when the header is still a mere
/// claim, and only where a content id was named, the opener goes on hashing to its end without opening: if the id differs, the
/// outcome is <c>content-id</c> (these are not the bytes that were named), else it is the first failure (they are, and their
/// sealer made them so). Not thread-safe.
/// </remarks>
public sealed class SealedChunkOpener : IDisposable
{
    private readonly OpeningState _state;
    private readonly FileKey? _fileKey;
    private readonly ChunkCipher? _cipher;
    private bool _disposed;

    /// <summary>Derives the file key, once the header's commitment to <paramref name="key"/> has held; else nothing will be opened.</summary>
    /// <param name="header">The header at the beginning of the file.</param>
    /// <param name="key">The content key; not needed any more after this call.</param>
    /// <param name="expected">The content id the file must have; null only where any file sealed under the key will do.</param>
    public SealedChunkOpener(SealedFileHeader header, ContentKey key, ContentId? expected)
    {
        ArgumentNullException.ThrowIfNull(header);
        ArgumentNullException.ThrowIfNull(key);
        Header = header;
        _state = new OpeningState(header, expected);
        _fileKey = FileKey.TryDerive(key, header);
        _cipher = _fileKey?.CreateCipher();
        if (_fileKey is null) _state.Fail(SealingError.KeyCommitment, chunk: null);
    }

    /// <summary>The header given.</summary>
    public SealedFileHeader Header { get; }

    /// <summary>The number of the chunk that comes next.</summary>
    public long NextChunk => _state.NextChunk;

    /// <summary>Bytes of the chunk to feed next, tag included; 0 when no more is wanted: then call <see cref="Finish"/>.</summary>
    public int NextSize => _state.WantsMore ? Header.SealedChunkSize(NextChunk) : 0;

    /// <summary>The first failure so far.</summary>
    public SealingFailure Failure => _state.Failure;

    /// <summary>Takes the next chunk and opens it.</summary>
    /// <param name="chunk">Ciphertext and tag. Fewer bytes than <see cref="NextSize"/> mean that the file ends there, more that it is not this file.</param>
    /// <param name="destination">At least <see cref="NextSize"/> − 16 bytes, not overlapping <paramref name="chunk"/> unless it is the same memory.</param>
    /// <param name="written">Plaintext bytes written; 0 when false.</param>
    /// <returns>False when the chunk did not open, or an earlier failure forbids opening: see <see cref="Failure"/>.</returns>
    /// <exception cref="InvalidOperationException">No more chunks are wanted.</exception>
    /// <exception cref="ArgumentException"><paramref name="destination"/> is too short.</exception>
    public bool TryReadNext(ReadOnlySpan<byte> chunk, Span<byte> destination, out int written)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        written = 0;
        int size = NextSize;
        if (size == 0) throw new InvalidOperationException("No more chunks are wanted.");
        int plainSize = size - SealedFormat.TagSize;
        if (destination.Length < plainSize) throw new ArgumentException($"Expected room for {plainSize} bytes, got {destination.Length}.", nameof(destination));

        long number = NextChunk;
        if (chunk.Length != size) _state.Fail(chunk.Length < size ? SealingError.Truncated : SealingError.TrailingData, number);
        Bytes32 leafHash = MerkleHasher.Leaf(chunk);
        bool opened = _state.IsGood && _cipher is not null && _cipher.TryOpen(number, number == Header.ChunkCount - 1, chunk, destination[..plainSize]);
        if (!_state.Add(leafHash, opened)) return false;
        written = plainSize;
        return true;
    }

    /// <summary>Ends the file and judges it as a whole.</summary>
    /// <param name="atEnd">True when nothing follows the last chunk in the source.</param>
    /// <returns>The content id, or the failure: <c>truncated</c> when chunks are missing.</returns>
    public SealingResult Finish(bool atEnd) => _state.Finish(atEnd);

    /// <summary>Wipes the file key.</summary>
    public void Dispose()
    {
        _cipher?.Dispose();
        _fileKey?.Dispose();
        _disposed = true;
    }
}
