using CsCheck;

namespace Errand.Cryptography.Tests;

public sealed class ResumeTests
{
    private const int Length = 20 * Sample.ChunkSize + 55;
    private static readonly byte[] Plaintext = Sample.Bytes(Length);
    private static readonly (byte[] File, SealedFileInfo Info) Good = Sample.Seal(Length);
    private static readonly int HeaderSize = Sample.Header(Good.File).Size;

    [Fact]
    public void Sealing_goes_on_from_any_byte_to_the_same_file()
    {
        Gen.Select(Gen.Int[HeaderSize, Good.File.Length], Gen.Int[1, 3]).Sample((cut, workers) =>
        {
            using MemoryStream file = Holding(Good.File[..cut]);
            using ContentKey key = Sample.Key();
            SealingResult result = SealedFile.ResumeSeal(new MemoryStream(Plaintext), file, key, workers);
            return result.Info == Good.Info && file.ToArray().AsSpan().SequenceEqual(Good.File);
        }, iter: 100);
    }

    [Fact]
    public void Sealing_refuses_a_changed_plaintext_and_writes_nothing()
    {
        int cut = HeaderSize + 10 * (Sample.ChunkSize + 16) + 100;
        byte[] partial = Good.File[..cut];
        foreach ((int changed, long chunk) in new[] { (0, 0L), (5 * Sample.ChunkSize + 1, 5L), (10 * Sample.ChunkSize + 50, 10L) })
        {
            byte[] plaintext = [.. Plaintext];
            plaintext[changed] ^= 1;
            using MemoryStream file = Holding(partial);
            using ContentKey key = Sample.Key();
            Assert.Equal(new SealingFailure(SealingError.Resume, chunk), SealedFile.ResumeSeal(new MemoryStream(plaintext), file, key).Failure);
            Assert.Equal(partial, file.ToArray());
        }
    }

    [Fact]
    public void Sealing_refuses_a_torn_file_another_key_and_a_file_too_long()
    {
        using ContentKey key = Sample.Key(), wrong = Sample.Key(2);
        byte[] torn = Good.File[..(HeaderSize + 9000)];
        torn[HeaderSize + 5000] ^= 1;
        Assert.Equal(new SealingFailure(SealingError.Resume, 1), Resume(torn, key));
        Assert.Equal(new SealingFailure(SealingError.KeyCommitment), Resume(Good.File[..9000], wrong));
        Assert.Equal(new SealingFailure(SealingError.TrailingData, 21), Resume([.. Good.File, 0], key));
        Assert.Equal(new SealingFailure(SealingError.Truncated), Resume(Good.File[..(HeaderSize - 1)], key));
        Assert.Equal(new SealingFailure(SealingError.Truncated), Resume([], key));
        Assert.Equal(new SealingFailure(SealingError.Header), Resume(new byte[100], key));

        static SealingFailure Resume(byte[] partial, ContentKey key)
        {
            using MemoryStream file = Holding(partial);
            SealingFailure failure = SealedFile.ResumeSeal(new MemoryStream(Plaintext), file, key).Failure;
            Assert.Equal(partial, file.ToArray());
            return failure;
        }
    }

    [Fact]
    public void Sealing_refuses_a_plaintext_that_grew_or_shrank()
    {
        using ContentKey key = Sample.Key();
        foreach ((byte[] plaintext, long chunk) in new[] { (Plaintext[..^1], 20L), ([.. Plaintext, 0], 21L) })
        {
            using MemoryStream file = Holding(Good.File[..20_000]);
            Assert.Equal(new SealingFailure(SealingError.PlaintextLength, chunk), SealedFile.ResumeSeal(new MemoryStream(plaintext), file, key).Failure);
        }
    }

    [Fact]
    public void Opening_goes_on_from_any_byte_to_the_same_plaintext()
    {
        Gen.Select(Gen.Int[0, Length], Gen.Int[1, 3]).Sample((cut, workers) =>
        {
            using MemoryStream target = Holding(Plaintext[..cut]);
            using ContentKey key = Sample.Key();
            SealingResult result = SealedFile.ResumeOpen(new MemoryStream(Good.File), target, key, Good.Info.ContentId, workers);
            return result.Info == Good.Info && target.ToArray().AsSpan().SequenceEqual(Plaintext);
        }, iter: 100);
    }

    [Fact]
    public void Opening_refuses_another_beginning_and_leaves_it()
    {
        byte[] other = Plaintext[..(3 * Sample.ChunkSize)];
        other[^1] ^= 1;
        using MemoryStream target = Holding(other);
        using ContentKey key = Sample.Key();
        Assert.Equal(new SealingFailure(SealingError.Resume, 2), SealedFile.ResumeOpen(new MemoryStream(Good.File), target, key, Good.Info.ContentId).Failure);
        Assert.Equal(other, target.ToArray());
    }

    [Fact]
    public void Opening_refuses_a_target_that_holds_more_than_the_plaintext()
    {
        byte[] longer = [.. Plaintext, 0];
        using MemoryStream target = Holding(longer);
        using ContentKey key = Sample.Key();
        Assert.Equal(new SealingFailure(SealingError.Resume, 21), SealedFile.ResumeOpen(new MemoryStream(Good.File), target, key, Good.Info.ContentId).Failure);
        Assert.Equal(longer, target.ToArray());
    }

    [Fact]
    public void Streams_that_cannot_be_read_back_are_a_defect()
    {
        using ContentKey key = Sample.Key();
        Assert.Throws<ArgumentException>(() => SealedFile.ResumeSeal(Stream.Null, new TrickleStream([], 1), key));
        Assert.Throws<ArgumentException>(() => SealedFile.ResumeOpen(Stream.Null, new MemoryStream(new byte[1], writable: false), key, expected: null));
    }

    // A MemoryStream over an array cannot grow.
    private static MemoryStream Holding(byte[] content)
    {
        var stream = new MemoryStream();
        stream.Write(content);
        stream.Position = 0;
        return stream;
    }
}
