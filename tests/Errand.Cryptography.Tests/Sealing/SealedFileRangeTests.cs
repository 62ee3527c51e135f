using CsCheck;
using Errand.Primitives;

namespace Errand.Cryptography.Tests;

public sealed class SealedFileRangeTests
{
    private const int Length = 5 * Sample.ChunkSize + 123;
    private static readonly byte[] Plaintext = Sample.Bytes(Length);
    private static readonly (byte[] File, SealedFileInfo Info) Good = Sample.Seal(Length);

    [Theory]
    [MemberData(nameof(Sample.EdgeLengths), MemberType = typeof(Sample))]
    public void Computed_index_survives_encoding_and_opens_the_whole_range(int length)
    {
        (byte[] file, SealedFileInfo info) = Sample.Seal(length);
        Assert.True(SealedFileIndex.TryCompute(new TrickleStream(file, 3), expected: null, out SealedFileIndex? computed, out _, workers: 2));
        Assert.Equal(info.ContentId, computed.ContentId);
        Assert.Equal((info.ChunkCount + 1) * 32, computed.Encode().Length);
        Assert.True(SealedFileIndex.TryParse(computed.Encode(), Sample.Header(file), info.ContentId, out SealedFileIndex? parsed, out _));
        using SealedFileRange range = Range(parsed);
        var plaintext = new byte[length];
        Assert.True(range.TryRead(new MemoryStream(file), 0, plaintext, out _));
        Assert.Equal(Sample.Bytes(length), plaintext);
    }

    [Fact]
    public void Any_range_reads_what_stands_there()
    {
        SealedFileIndex index = Index();
        Gen.Select(Gen.Int[0, Length], Gen.Int[0, Length]).Sample((a, b) =>
        {
            using SealedFileRange range = Range(index);
            (int start, int end) = (Math.Min(a, b), Math.Max(a, b));
            var destination = new byte[end - start];
            return range.TryRead(new MemoryStream(Good.File), start, destination, out SealingFailure failure)
                && failure == default && destination.AsSpan().SequenceEqual(Plaintext.AsSpan(start, end - start));
        }, iter: 500);
    }

    [Fact]
    public void Changed_chunk_fails_its_range_and_no_other()
    {
        byte[] file = [.. Good.File];
        file[Sample.Header(file).ChunkOffset(2) + 5] ^= 1;
        using SealedFileRange range = Range(Index());
        var destination = new byte[3 * Sample.ChunkSize];
        Assert.False(range.TryRead(new MemoryStream(file), 0, destination, out SealingFailure failure));
        Assert.Equal(new SealingFailure(SealingError.ContentId, 2), failure);
        Assert.DoesNotContain(destination, value => value != 0);
        Assert.True(range.TryRead(new MemoryStream(file), 3 * Sample.ChunkSize, destination.AsSpan(0, 100), out _));
        Assert.False(range.TryRead(new MemoryStream(file[..^1]), Length - 1, destination.AsSpan(0, 1), out failure));
        Assert.Equal(new SealingFailure(SealingError.Truncated, 5), failure);
    }

    [Fact]
    public void Swapped_chunks_are_refused_though_each_is_of_the_file()
    {
        SealedFileIndex index = Index();
        byte[] second = Chunk(1), third = Chunk(2);
        Assert.True(index.IsChunk(1, second));
        Assert.False(index.IsChunk(1, third));
        Assert.False(index.IsChunk(1, second.AsSpan(..^1)));
        using SealedFileRange range = Range(index);
        Assert.False(range.TryOpenChunk(1, third, new byte[Sample.ChunkSize], out SealingFailure failure));
        Assert.Equal(new SealingFailure(SealingError.ContentId, 1), failure);
    }

    [Fact]
    public void Chunk_that_was_named_but_never_sealed_fails_its_tag()
    {
        byte[] file = [.. Good.File];
        file[Sample.Header(file).ChunkOffset(1)] ^= 1;
        Assert.True(SealedFileIndex.TryCompute(new MemoryStream(file), expected: null, out SealedFileIndex? index, out _));
        using SealedFileRange range = Range(index);
        Assert.False(range.TryRead(new MemoryStream(file), Sample.ChunkSize, new byte[1], out SealingFailure failure));
        Assert.Equal(new SealingFailure(SealingError.ChunkTag, 1), failure);
    }

    [Fact]
    public void Index_that_is_not_the_files_is_refused()
    {
        byte[] encoded = Index().Encode();
        SealedFileHeader header = Sample.Header(Good.File);
        Refused(encoded[..^32], header, SealingError.Index);
        Refused(encoded[..^1], header, SealingError.Index);
        Refused([.. encoded, .. new byte[32]], header, SealingError.Index);
        for (int i = 0; i < encoded.Length; i += 7)
        {
            byte[] changed = [.. encoded];
            changed[i] ^= 0x80;
            Refused(changed, header, SealingError.ContentId);
        }
        Refused(encoded, Sample.Header(Sample.Seal(Length, Sample.Options(saltSeed: 2)).File), SealingError.ContentId);

        static void Refused(byte[] encoded, SealedFileHeader header, SealingError error)
        {
            Assert.False(SealedFileIndex.TryParse(encoded, header, Good.Info.ContentId, out SealedFileIndex? index, out SealingFailure failure));
            Assert.Null(index);
            Assert.Equal(error, failure.Error);
        }
    }

    [Fact]
    public void Index_of_damaged_files_fails_as_verifying_does()
    {
        Assert.False(SealedFileIndex.TryCompute(new MemoryStream(Good.File[..^1]), expected: null, out _, out SealingFailure failure));
        Assert.Equal(new SealingFailure(SealingError.Truncated, 5), failure);
        Assert.False(SealedFileIndex.TryCompute(new MemoryStream(Good.File), expected: null, out _, out failure, chunkCountMax: 1));
        Assert.Equal(SealingError.Index, failure.Error);
        Assert.False(SealedFileIndex.TryCompute(new MemoryStream(Good.File), new ContentId(default), out _, out failure));
        Assert.Equal(new SealingFailure(SealingError.ContentId), failure);
        byte[] huge = ReferenceSealer.Header(Sample.KeyBytes(), new byte[32], Sample.ChunkSize, (long)Sample.ChunkSize * SealedFileIndex.ChunkCountMax + 1);
        Assert.False(SealedFileIndex.TryCompute(new MemoryStream(huge), expected: null, out _, out failure));
        Assert.Equal(new SealingFailure(SealingError.Index), failure);
    }

    [Fact]
    public void Another_key_and_ranges_outside_are_refused()
    {
        using ContentKey wrong = Sample.Key(2);
        Assert.False(SealedFileRange.TryOpen(Index(), wrong, out _, out SealingFailure failure));
        Assert.Equal(new SealingFailure(SealingError.KeyCommitment), failure);
        using SealedFileRange range = Range(Index());
        Assert.Throws<ArgumentOutOfRangeException>(() => range.TryRead(Stream.Null, Length, new byte[1], out _));
        Assert.Throws<ArgumentOutOfRangeException>(() => range.TryRead(Stream.Null, -1, new byte[1], out _));
        Assert.Throws<ArgumentOutOfRangeException>(() => range.TryOpenChunk(6, new byte[10], new byte[10], out _));
        Assert.Throws<ArgumentException>(() => range.TryOpenChunk(0, Chunk(0), new byte[10], out _));
    }

    private static byte[] Chunk(long chunk)
    {
        SealedFileHeader header = Sample.Header(Good.File);
        return Good.File.AsSpan((int)header.ChunkOffset(chunk), header.SealedChunkSize(chunk)).ToArray();
    }

    private static SealedFileIndex Index()
    {
        Assert.True(SealedFileIndex.TryCompute(new MemoryStream(Good.File), Good.Info.ContentId, out SealedFileIndex? index, out _));
        return index;
    }

    private static SealedFileRange Range(SealedFileIndex index)
    {
        using ContentKey key = Sample.Key();
        Assert.True(SealedFileRange.TryOpen(index, key, out SealedFileRange? range, out _));
        return range;
    }
}
