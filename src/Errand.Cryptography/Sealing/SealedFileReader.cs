using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using Errand.Primitives;

namespace Errand.Cryptography;

/// <summary>Reads a sealed file's plaintext piece by piece, pulling every chunk once and in order from a stream.</summary>
/// <remarks>
/// One chunk is held at a time, and zeroed when the next one comes. Plaintext is given out chunk by chunk once its tag has
/// held; that the file as a whole is complete and the one named is known when <see cref="Result"/> is there. Not thread-safe.
/// The stream stays open.
/// </remarks>
public sealed class SealedFileReader : IDisposable
{
    private readonly Stream _ciphertext;
    private readonly SealedChunkOpener _opener;
    private readonly byte[] _chunk;
    private bool _disposed;
    private int _start;
    private int _end;

    private SealedFileReader(Stream ciphertext, SealedChunkOpener opener)
    {
        _ciphertext = ciphertext;
        _opener = opener;
        _chunk = GC.AllocateUninitializedArray<byte>(opener.Header.SealedChunkSize(0), pinned: true);
    }

    /// <summary>The file's header. Proven once the first read has succeeded.</summary>
    public SealedFileHeader Header => _opener.Header;

    /// <summary>What the file was, as soon as its end or a failure has been met; null before.</summary>
    public SealingResult? Result { get; private set; }

    /// <summary>Reads the header.</summary>
    /// <param name="ciphertext">The sealed file, to its end.</param>
    /// <param name="key">The content key; not needed any more after this call.</param>
    /// <param name="expected">The content id the file must have; null only where any file sealed under the key will do.</param>
    /// <param name="reader">The reader; null when false.</param>
    /// <param name="failure"><c>header</c> or <c>truncated</c> when false. Everything else is met while reading.</param>
    public static bool TryOpen(
        Stream ciphertext, ContentKey key, ContentId? expected, [NotNullWhen(true)] out SealedFileReader? reader, out SealingFailure failure)
    {
        ArgumentNullException.ThrowIfNull(ciphertext);
        ArgumentNullException.ThrowIfNull(key);
        reader = HeaderReader.TryRead(ciphertext, out SealedFileHeader? header, out failure)
            ? new SealedFileReader(ciphertext, new SealedChunkOpener(header, key, expected))
            : null;
        return reader is not null;
    }

    /// <summary>Reads the next plaintext bytes: at most what <paramref name="destination"/> holds, at least one unless the file has ended.</summary>
    /// <param name="destination">Not empty.</param>
    /// <param name="read">Bytes read. 0 and true: the whole file was read and was good. 0 and false: a failure.</param>
    /// <returns>False on any failure, again at every further call; <see cref="Result"/> says which.</returns>
    public bool TryRead(Span<byte> destination, out int read)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (destination.IsEmpty) throw new ArgumentException("Nothing can be read into no bytes.", nameof(destination));
        read = 0;
        while (_start == _end && Result is null) ReadChunk();
        if (_start == _end) return Result is { Succeeded: true };
        read = Math.Min(destination.Length, _end - _start);
        _chunk.AsSpan(_start, read).CopyTo(destination);
        _start += read;
        return true;
    }

    /// <summary>Wipes the file key and the chunk held.</summary>
    public void Dispose()
    {
        CryptographicOperations.ZeroMemory(_chunk);
        _opener.Dispose();
        _disposed = true;
    }

    private void ReadChunk()
    {
        if (_opener.NextSize == 0)
        {
            // A failure that is final needs no look behind the end.
            Result = _opener.Finish(atEnd: _opener.Failure.Error != SealingError.None || _ciphertext.ReadByte() < 0);
            return;
        }

        Span<byte> slot = _chunk.AsSpan(0, _opener.NextSize);
        int size = _ciphertext.ReadAtLeast(slot, slot.Length, throwOnEndOfStream: false);
        _start = 0;
        if (size < slot.Length && _opener.Failure.Error != SealingError.None) Result = _opener.Finish(atEnd: true);
        else _opener.TryReadNext(slot[..size], slot, out _end);
    }
}
