using System.Security.Cryptography;
using Errand.Primitives;

namespace Errand.Cryptography;

/// <summary>Seals, opens and verifies whole files in bounded memory. Format: <see cref="SealedFormat"/>.</summary>
/// <remarks>
/// Streams are read and written in order and stay open. What is wrong with the bytes comes back as a
/// <see cref="SealingFailure"/>; what is wrong with a stream (disk, network) and cancellation come out as exceptions. After
/// either, the output is unfinished and must not be taken for the file: write to a temporary name and rename on success.
/// Progress is reported in plaintext bytes, in order, from the working threads.
/// </remarks>
public static class SealedFile
{
    /// <summary>Seals exactly <paramref name="length"/> bytes. The length stands in the header, hence is needed before the first byte.</summary>
    /// <returns>The content id, or <c>plaintext-length</c> when the stream is shorter or longer.</returns>
    /// <exception cref="ArgumentException">Length or options lie outside the format.</exception>
    public static SealingResult Seal(
        Stream plaintext, long length, Stream ciphertext, ContentKey key, SealOptions? options = null,
        IProgress<long>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(plaintext);
        ArgumentNullException.ThrowIfNull(ciphertext);
        ArgumentNullException.ThrowIfNull(key);
        options ??= new SealOptions();
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        ArgumentOutOfRangeException.ThrowIfNegative(options.ChunkSize, nameof(options));
        ArgumentOutOfRangeException.ThrowIfNegative(options.FolderIndexSize, nameof(options));
        Bytes32 salt = options.DangerousSalt ?? new Bytes32(RandomNumberGenerator.GetBytes(Bytes32.Size));
        SealedFileHeader header = SealedFileHeader.Create(key, length, salt, options);
        return Seal(header, plaintext, new ChunkOutput(ciphertext, existing: 0), key, options.Workers, progress, cancellation);
    }

    /// <summary>
    /// Goes on with an interrupted <see cref="Seal(Stream, long, Stream, ContentKey, SealOptions?, IProgress{long}?, CancellationToken)"/>.
    /// The header, with its salt, is taken from what is there; chunks already there are made again and compared, the rest is appended.
    /// </summary>
    /// <param name="plaintext">
    /// The same bytes as before, from their beginning. Only what is still there can be compared: never go on with a plaintext
    /// that may have changed, since chunks that were lost here may have been seen elsewhere.
    /// </param>
    /// <param name="ciphertext">
    /// What the interrupted run wrote, from its beginning; readable, writable, seekable. Nobody else may have been able to write
    /// to it: the commitment proves the key only, so that a header with other recipients would be taken and sealed with, and
    /// one of another file under the same key would repeat that file's nonces.
    /// </param>
    /// <param name="key">The same key as before.</param>
    /// <param name="workers">How many threads seal at the same time.</param>
    /// <param name="progress">Plaintext bytes compared or sealed.</param>
    /// <param name="cancellation">Ends the run between groups of chunks.</param>
    /// <returns>
    /// The content id; or <c>resume</c> with the first chunk that differs: the plaintext was changed, or the file was torn. Then
    /// seal anew under a fresh key: sealing other bytes with this salt would repeat nonces. <c>truncated</c> or <c>header</c>:
    /// no whole header is there; seal from the start.
    /// </returns>
    public static SealingResult ResumeSeal(
        Stream plaintext, Stream ciphertext, ContentKey key, int workers = 1,
        IProgress<long>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(plaintext);
        ArgumentNullException.ThrowIfNull(key);
        long existing = ExistingSize(ciphertext);
        long start = ciphertext.Position;
        if (!HeaderReader.TryRead(ciphertext, out SealedFileHeader? header, out SealingFailure failure)) return new SealingResult(failure);
        if (existing > header.CiphertextLength) return new SealingResult(new SealingFailure(SealingError.TrailingData, header.ChunkCount));
        ciphertext.Position = start;
        return Seal(header, plaintext, new ChunkOutput(ciphertext, existing), key, workers, progress, cancellation);
    }

    /// <summary>Opens a file, chunk by chunk: nothing is written before its tag has held.</summary>
    /// <param name="ciphertext">The sealed file, to its end.</param>
    /// <param name="plaintext">Where the plaintext goes.</param>
    /// <param name="key">The content key.</param>
    /// <param name="expected">The content id the file must have; null only where any file sealed under the key will do.</param>
    /// <param name="workers">How many threads open at the same time.</param>
    /// <param name="progress">Plaintext bytes opened.</param>
    /// <param name="cancellation">Ends the run between groups of chunks.</param>
    /// <returns>
    /// The content id; or <c>header</c>, <c>key-commitment</c>, <c>chunk-tag</c>, <c>truncated</c>, <c>trailing-data</c> with
    /// the chunk, or <c>content-id</c>: see <see cref="SealedChunkOpener"/> on their order.
    /// </returns>
    public static SealingResult Open(
        Stream ciphertext, Stream plaintext, ContentKey key, ContentId? expected, int workers = 1,
        IProgress<long>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(plaintext);
        ArgumentNullException.ThrowIfNull(key);
        return Read(ciphertext, new ChunkOutput(plaintext, existing: 0), key, expected, workers, progress, cancellation);
    }

    /// <summary>
    /// Goes on with an interrupted <see cref="Open"/>: all chunks are read and opened again, plaintext already there is compared,
    /// the rest is appended.
    /// </summary>
    /// <param name="ciphertext">The sealed file, from its beginning.</param>
    /// <param name="plaintext">What the interrupted run wrote, from its beginning; readable, writable, seekable.</param>
    /// <param name="key">The content key.</param>
    /// <param name="expected">The content id the file must have; null only where any file sealed under the key will do.</param>
    /// <param name="workers">How many threads open at the same time.</param>
    /// <param name="progress">Plaintext bytes compared or opened.</param>
    /// <param name="cancellation">Ends the run between groups of chunks.</param>
    /// <returns>As <see cref="Open"/>; or <c>resume</c> with the first chunk that differs: then open from the start.</returns>
    public static SealingResult ResumeOpen(
        Stream ciphertext, Stream plaintext, ContentKey key, ContentId? expected, int workers = 1,
        IProgress<long>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(key);
        return Read(ciphertext, new ChunkOutput(plaintext, ExistingSize(plaintext)), key, expected, workers, progress, cancellation);
    }

    /// <summary>
    /// Seals what a file holds anew under another key, with a fresh salt: opening and sealing at the same time, so that the plaintext
    /// is in memory a few chunks at a time and nowhere else. Chunk size and kind stay; recipients do not, since they hold the old key.
    /// </summary>
    /// <param name="ciphertext">The sealed file, to its end.</param>
    /// <param name="key">Its content key.</param>
    /// <param name="expected">The content id the file must have.</param>
    /// <param name="target">Where the new sealed file goes.</param>
    /// <param name="newKey">The new content key.</param>
    /// <param name="workers">How many threads seal at the same time.</param>
    /// <param name="progress">Plaintext bytes sealed.</param>
    /// <param name="cancellation">Ends the run between groups of chunks.</param>
    /// <returns>The new content id; or what was wrong with the old file, as <see cref="Open"/>.</returns>
    public static SealingResult Reseal(
        Stream ciphertext, ContentKey key, ContentId expected, Stream target, ContentKey newKey, int workers = 1,
        IProgress<long>? progress = null, CancellationToken cancellation = default)
    {
        if (!SealedFileReader.TryOpen(ciphertext, key, expected, out SealedFileReader? reader, out SealingFailure failure)) return new SealingResult(failure);
        using (reader)
        {
            using var plaintext = new PlaintextStream(reader);
            var options = new SealOptions { ChunkSize = reader.Header.ChunkSize, FolderIndexSize = reader.Header.FolderIndexSize, Workers = workers };
            SealingResult made = Seal(plaintext, reader.Header.PlaintextLength, target, newKey, options, progress, cancellation);
            // The old file's own failure is why its plaintext ended early, and comes before what sealing says of that.
            SealingResult read = reader.Result ?? throw new InvalidOperationException("A file was sealed anew without having been read to its end.");
            return read.Succeeded ? made : read;
        }
    }

    /// <summary>Reads a file without any key: its structure and its content id. Says nothing about who sealed it.</summary>
    /// <returns>The content id; or <c>header</c>, <c>truncated</c>, <c>trailing-data</c>, or <c>content-id</c> when another one was expected.</returns>
    public static SealingResult Verify(
        Stream ciphertext, ContentId? expected, int workers = 1,
        IProgress<long>? progress = null, CancellationToken cancellation = default) =>
        Read(ciphertext, output: null, key: null, expected, workers, progress, cancellation);

    /// <summary>Seals bytes in memory.</summary>
    /// <exception cref="ArgumentException">The options lie outside the format.</exception>
    public static unsafe byte[] Seal(ReadOnlySpan<byte> plaintext, ContentKey key, SealOptions? options, out SealedFileInfo info)
    {
        fixed (byte* bytes = plaintext)
        {
            using Stream source = Over(bytes, plaintext.Length);
            using var target = new MemoryStream();
            SealingResult result = Seal(source, plaintext.Length, target, key, options);
            info = result.Info ?? throw new InvalidOperationException($"Sealing from memory failed: {result.Failure}.");
            return target.ToArray();
        }
    }

    /// <summary>Opens bytes in memory. The plaintext is given whole or not at all: null and a failure otherwise.</summary>
    public static unsafe byte[]? TryOpen(ReadOnlySpan<byte> ciphertext, ContentKey key, ContentId? expected, out SealingFailure failure)
    {
        // A plaintext is shorter than its file, whatever the header says.
        var buffer = new byte[ciphertext.Length];
        try
        {
            fixed (byte* bytes = ciphertext)
            {
                using Stream source = Over(bytes, ciphertext.Length);
                using var target = new MemoryStream(buffer);
                SealingResult result = Open(source, target, key, expected);
                failure = result.Failure;
                return result.Succeeded ? buffer[..(int)target.Position] : null;
            }
        }
        finally
        {
            CryptographicOperations.ZeroMemory(buffer);
        }
    }

    /// <summary>As <see cref="Verify"/>, from chunk 0 on, and collects the leaf hashes.</summary>
    internal static SealingResult Index(
        SealedFileHeader header, Stream chunks, ContentId? expected, List<Bytes32> leafHashes, int workers, CancellationToken cancellation) =>
        Read(header, chunks, output: null, key: null, new OpeningState(header, expected, leafHashes), workers, progress: null, cancellation);

    private static SealingResult Seal(
        SealedFileHeader header, Stream plaintext, ChunkOutput output, ContentKey key, int workers, IProgress<long>? progress, CancellationToken cancellation)
    {
        using FileKey? fileKey = FileKey.TryDerive(key, header);
        if (fileKey is null) return new SealingResult(new SealingFailure(SealingError.KeyCommitment));
        var job = new SealJob(header, plaintext, output);
        if (job.TryBegin()) ChunkPipeline.Run(header, job, fileKey, workers, progress, cancellation);
        return job.Finish();
    }

    private static SealingResult Read(
        Stream ciphertext, ChunkOutput? output, ContentKey? key, ContentId? expected, int workers, IProgress<long>? progress, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(ciphertext);
        return HeaderReader.TryRead(ciphertext, out SealedFileHeader? header, out SealingFailure failure)
            ? Read(header, ciphertext, output, key, new OpeningState(header, expected), workers, progress, cancellation)
            : new SealingResult(failure);
    }

    private static SealingResult Read(
        SealedFileHeader header, Stream chunks, ChunkOutput? output, ContentKey? key, OpeningState state,
        int workers, IProgress<long>? progress, CancellationToken cancellation)
    {
        using FileKey? fileKey = key is null ? null : FileKey.TryDerive(key, header);
        if (key is not null && fileKey is null) state.Fail(SealingError.KeyCommitment, chunk: null);
        var job = new OpenJob(header, chunks, output, state);
        if (state.WantsMore) ChunkPipeline.Run(header, job, fileKey, workers, progress, cancellation);
        return job.Finish();
    }

    private static long ExistingSize(Stream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        if (!stream.CanRead || !stream.CanWrite || !stream.CanSeek) throw new ArgumentException("Going on needs a stream that can be read, written and moved in.", nameof(stream));
        return stream.Length - stream.Position;
    }

    // A pointer to no bytes is null, which UnmanagedMemoryStream refuses.
    private static unsafe Stream Over(byte* bytes, int length) => length == 0 ? Stream.Null : new UnmanagedMemoryStream(bytes, length);
}
