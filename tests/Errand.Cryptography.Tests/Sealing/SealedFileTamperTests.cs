using CsCheck;
using Errand.Primitives;

namespace Errand.Cryptography.Tests;

/// <summary>Whatever is done to a sealed file, the outcome is an error that names the place, and no byte behind it is given out.</summary>
public sealed class SealedFileTamperTests
{
    private const int Length = 2 * Sample.ChunkSize + 100;
    private static readonly byte[] Plaintext = Sample.Bytes(Length);
    private static readonly (byte[] File, SealedFileInfo Info) Good = Sample.Seal(Length);
    private static readonly SealedFileHeader Header = Sample.Header(Good.File);

    [Fact]
    public void Every_flipped_byte_is_an_error_that_names_its_chunk()
    {
        for (int offset = Header.Size; offset < Good.File.Length; offset++)
        {
            byte[] file = Flip(Good.File, offset);
            long chunk = (offset - Header.Size) / (Sample.ChunkSize + SealedFormat.TagSize);
            (SealingResult result, byte[] written) = Sample.Open(file, expected: null);
            Assert.Equal(new SealingFailure(SealingError.ChunkTag, chunk), result.Failure);
            Assert.Equal(Plaintext[..((int)chunk * Sample.ChunkSize)], written);
        }
    }

    [Fact]
    public void Every_flipped_header_byte_is_an_error_and_nothing_is_given_out()
    {
        for (int offset = 0; offset < Header.Size; offset++)
        {
            for (int bit = 0; bit < 8; bit++)
            {
                byte[] file = Flip(Good.File, offset, (byte)(1 << bit));
                (SealingResult blind, byte[] blindWritten) = Sample.Open(file, expected: null);
                (SealingResult named, byte[] namedWritten) = Sample.Open(file, Good.Info.ContentId);
                Assert.NotEqual(SealingError.None, blind.Failure.Error);
                // A header that still parses is a claim about bytes that are not the ones named.
                bool parses = SealedFileHeader.TryReadSize(file.AsSpan(0, SealedFormat.PrefixSize), out int size) && size <= file.Length && SealedFileHeader.TryParse(file.AsSpan(0, size)) is not null;
                if (parses) Assert.Equal(SealingError.ContentId, named.Failure.Error);
                else Assert.True(named.Failure.Error is SealingError.Header or SealingError.Truncated, named.Failure.ToString());
                Assert.Empty(blindWritten);
                Assert.Empty(namedWritten);
                Assert.NotEqual(Good.Info.ContentId, SealedFile.Verify(new MemoryStream(file), expected: null).Info?.ContentId);
            }
        }
    }

    [Fact]
    public void Every_truncation_is_an_error_that_names_the_chunk()
    {
        int stride = Sample.ChunkSize + SealedFormat.TagSize;
        for (int size = 0; size < Good.File.Length; size++)
        {
            byte[] file = Good.File[..size];
            long? chunk = size < Header.Size ? null : (size - Header.Size) / stride;
            (SealingResult result, byte[] written) = Sample.Open(file, expected: null);
            Assert.Equal(new SealingFailure(SealingError.Truncated, chunk), result.Failure);
            Assert.Equal(Plaintext[..((int)(chunk ?? 0) * Sample.ChunkSize)], written);
            Assert.Equal(result.Failure, SealedFile.Verify(new MemoryStream(file), expected: null).Failure);
        }
    }

    [Fact]
    public void Bytes_behind_the_end_are_an_error()
    {
        foreach (int extra in new[] { 1, 16, Sample.ChunkSize + 16 })
        {
            byte[] file = [.. Good.File, .. new byte[extra]];
            var failure = new SealingFailure(SealingError.TrailingData, 3);
            Assert.Equal(failure, Sample.Open(file, expected: null).Result.Failure);
            Assert.Equal(failure, Sample.Open(file, Good.Info.ContentId).Result.Failure);
            Assert.Equal(failure, SealedFile.Verify(new MemoryStream(file), Good.Info.ContentId).Failure);
        }
    }

    [Fact]
    public void Reordered_duplicated_dropped_and_foreign_chunks_are_errors_that_name_the_chunk()
    {
        List<byte[]> pieces = Pieces(5 * Sample.ChunkSize, saltSeed: 1, out ContentId id);
        List<byte[]> others = Pieces(5 * Sample.ChunkSize, saltSeed: 2, out _);
        Check([0, 1, 3, 2, 4, 5], SealingError.ChunkTag, 1);            // reordered
        Check([0, 1, 2, 2, 3, 4, 5], SealingError.ChunkTag, 2);         // duplicated
        Check([0, 1, 2, 4, 5], SealingError.ChunkTag, 2);               // dropped
        Check([0, 1, 2, 3, 4], SealingError.Truncated, 4);              // last one dropped
        Check([0, 1, 2, 3, 4, 5, 5], SealingError.TrailingData, 5);     // last one twice
        Check([0, 1, 2, 3, 5, 4], SealingError.ChunkTag, 3);            // last one not last
        Check([0, 1, 2, 13, 4, 5], SealingError.ChunkTag, 2);           // same place in a file of the same key
        Check([0, 2, 1, 3, 4, 5], SealingError.ContentId, 0);           // the header is not proven yet
        Check([10, 1, 2, 3, 4, 5], SealingError.ContentId, 0);          // header of a file of the same key
        Check([10, 11, 12, 13, 14, 15], SealingError.ContentId, null);  // a good file, but not the one named

        void Check(int[] order, SealingError error, long? chunk)
        {
            byte[] file = [.. order.SelectMany(i => i < 10 ? pieces[i] : others[i - 10])];
            for (int workers = 1; workers <= 3; workers++)
                Assert.Equal(new SealingFailure(error, chunk), Sample.Open(file, id, workers: workers).Result.Failure);
        }
    }

    [Fact]
    public void In_large_files_the_first_bad_chunk_is_named_whatever_the_workers()
    {
        const int chunks = 70;
        (byte[] file, SealedFileInfo info) = Sample.Seal(chunks * Sample.ChunkSize - 9);
        byte[] plaintext = Sample.Bytes(chunks * Sample.ChunkSize - 9);
        SealedFileHeader header = Sample.Header(file);
        Gen.Select(Gen.Int[1, chunks - 1].Array[1, 4], Gen.Int[1, 5], Gen.Bool).Sample((bad, workers, named) =>
        {
            byte[] changed = [.. file];
            foreach (int chunk in bad.Distinct()) changed[header.ChunkOffset(chunk) + chunk] ^= 0x40;
            (SealingResult result, byte[] written) = Sample.Open(changed, named ? info.ContentId : null, workers: workers);
            return result.Failure == new SealingFailure(SealingError.ChunkTag, bad.Min())
                && written.AsSpan().SequenceEqual(plaintext.AsSpan(0, bad.Min() * Sample.ChunkSize));
        }, iter: 60);
    }

    [Fact]
    public void Another_key_is_refused_by_the_commitment()
    {
        (SealingResult result, byte[] written) = Sample.Open(Good.File, Good.Info.ContentId, key: 2);
        Assert.Equal(new SealingFailure(SealingError.KeyCommitment), result.Failure);
        Assert.Empty(written);
    }

    private static List<byte[]> Pieces(int length, int saltSeed, out ContentId id)
    {
        (byte[] file, SealedFileInfo info) = Sample.Seal(length, Sample.Options(saltSeed));
        SealedFileHeader header = Sample.Header(file);
        List<byte[]> pieces = [header.Encoded.ToArray()];
        for (int chunk = 0; chunk < header.ChunkCount; chunk++)
            pieces.Add(file.AsSpan((int)header.ChunkOffset(chunk), header.SealedChunkSize(chunk)).ToArray());
        id = info.ContentId;
        return pieces;
    }

    private static byte[] Flip(byte[] file, int offset, byte mask = 0x01)
    {
        byte[] changed = [.. file];
        changed[offset] ^= mask;
        return changed;
    }
}
