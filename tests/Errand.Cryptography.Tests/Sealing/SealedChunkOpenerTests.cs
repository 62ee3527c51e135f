using Errand.Primitives;

namespace Errand.Cryptography.Tests;

public sealed class SealedChunkOpenerTests
{
    private const int Length = 3 * Sample.ChunkSize + 10;
    private readonly byte[] _destination = new byte[Sample.ChunkSize];

    [Theory]
    [MemberData(nameof(Sample.EdgeLengths), MemberType = typeof(Sample))]
    public void Fed_in_order_it_gives_the_plaintext_and_the_content_id(int length)
    {
        (byte[] file, SealedFileInfo info) = Sample.Seal(length);
        using SealedChunkOpener opener = Opener(file, info.ContentId);
        var plaintext = new List<byte>();
        int offset = opener.Header.Size;
        while (opener.NextSize > 0)
        {
            int size = opener.NextSize;
            Assert.True(opener.TryReadNext(file.AsSpan(offset, size), _destination, out int written));
            plaintext.AddRange(_destination[..written]);
            offset += size;
        }
        Assert.Equal(file.Length, offset);
        Assert.Equal(Sample.Bytes(length), plaintext);
        Assert.Equal(info, opener.Finish(atEnd: true).Info);
    }

    [Fact]
    public void Missing_chunks_at_the_end_are_a_truncation()
    {
        (byte[] file, SealedFileInfo info) = Sample.Seal(Length);
        using SealedChunkOpener opener = Opener(file, info.ContentId);
        Feed(opener, file, chunks: 2);
        Assert.Equal(new SealingFailure(SealingError.Truncated, 2), opener.Finish(atEnd: true).Failure);
    }

    [Fact]
    public void Something_behind_the_end_is_an_error()
    {
        (byte[] file, SealedFileInfo info) = Sample.Seal(Length);
        using SealedChunkOpener opener = Opener(file, info.ContentId);
        Feed(opener, file, chunks: 4);
        Assert.Equal(new SealingFailure(SealingError.TrailingData, 4), opener.Finish(atEnd: false).Failure);
    }

    [Theory]
    [InlineData(-1, SealingError.Truncated)]
    [InlineData(1, SealingError.TrailingData)]
    public void Chunk_of_another_length_is_refused_and_ends_it(int difference, SealingError error)
    {
        (byte[] file, SealedFileInfo info) = Sample.Seal(Length);
        using SealedChunkOpener opener = Opener(file, info.ContentId);
        Feed(opener, file, chunks: 1);
        byte[] chunk = new byte[opener.NextSize + difference];
        Assert.False(opener.TryReadNext(chunk, _destination, out int written));
        Assert.Equal(0, written);
        Assert.Equal(0, opener.NextSize);
        Assert.Equal(new SealingFailure(error, 1), opener.Finish(atEnd: true).Failure);
        Assert.Throws<InvalidOperationException>(() => opener.TryReadNext(chunk, _destination, out _));
    }

    [Fact]
    public void Bad_first_chunk_is_followed_by_hashing_only_and_told_apart_by_the_content_id()
    {
        (byte[] file, SealedFileInfo info) = Sample.Seal(Length);
        int chunkOffset = Sample.Header(file).Size;
        file[chunkOffset] ^= 1;
        using SealedChunkOpener opener = Opener(file, info.ContentId);
        Array.Fill(_destination, (byte)0xAA);
        for (int chunk = 0; chunk < 4; chunk++)
        {
            int size = opener.NextSize;
            Assert.False(opener.TryReadNext(file.AsSpan(chunkOffset, size), _destination, out int written));
            Assert.Equal(0, written);
            Assert.Equal(new SealingFailure(SealingError.ChunkTag, 0), opener.Failure);
            chunkOffset += size;
        }
        // A chunk that failed is wiped; those behind it, good as they are, are not even decrypted.
        Assert.DoesNotContain(Sample.Bytes(Length)[(3 * Sample.ChunkSize)..], _destination.Chunk(10));
        Assert.Equal(new SealingFailure(SealingError.ContentId, 0), opener.Finish(atEnd: true).Failure);
    }

    [Fact]
    public void File_bad_from_its_sealing_on_keeps_its_first_failure()
    {
        (byte[] file, _) = Sample.Seal(Length);
        SealedFileHeader header = Sample.Header(file);
        file[header.Size] ^= 1;
        var id = SealedFile.Verify(new MemoryStream(file), expected: null).Info!.ContentId;
        Assert.Equal(new SealingFailure(SealingError.ChunkTag, 0), Sample.Open(file, id).Result.Failure);
    }

    [Fact]
    public void Without_a_named_content_id_the_first_failure_ends_it_at_once()
    {
        (byte[] file, _) = Sample.Seal(Length);
        using ContentKey wrong = Sample.Key(2);
        using var opener = new SealedChunkOpener(Sample.Header(file), wrong, expected: null);
        Assert.Equal(new SealingFailure(SealingError.KeyCommitment), opener.Failure);
        Assert.Equal(0, opener.NextSize);
        Assert.Equal(new SealingFailure(SealingError.KeyCommitment), opener.Finish(atEnd: true).Failure);
    }

    [Fact]
    public void Too_small_a_destination_and_use_after_dispose_are_defects()
    {
        (byte[] file, SealedFileInfo info) = Sample.Seal(Length);
        SealedChunkOpener opener = Opener(file, info.ContentId);
        byte[] chunk = file.AsSpan(opener.Header.Size, opener.NextSize).ToArray();
        Assert.Throws<ArgumentException>(() => opener.TryReadNext(chunk, new byte[Sample.ChunkSize - 1], out _));
        opener.Dispose();
        Assert.Throws<ObjectDisposedException>(() => opener.TryReadNext(chunk, _destination, out _));
    }

    private static SealedChunkOpener Opener(byte[] file, ContentId? expected)
    {
        using ContentKey key = Sample.Key();
        return new SealedChunkOpener(Sample.Header(file), key, expected);
    }

    private void Feed(SealedChunkOpener opener, byte[] file, int chunks)
    {
        for (int chunk = 0; chunk < chunks; chunk++)
            Assert.True(opener.TryReadNext(file.AsSpan((int)opener.Header.ChunkOffset(chunk), opener.NextSize), _destination, out _));
    }
}
