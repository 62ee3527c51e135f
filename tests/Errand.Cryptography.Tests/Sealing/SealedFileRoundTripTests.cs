using System.Security.Cryptography;
using CsCheck;
using Errand.Primitives;

namespace Errand.Cryptography.Tests;

public sealed class SealedFileRoundTripTests
{
    [Theory]
    [MemberData(nameof(Sample.EdgeLengths), MemberType = typeof(Sample))]
    public void Every_edge_length_agrees_with_the_reference_and_opens_again(int length)
    {
        byte[] plaintext = Sample.Bytes(length);
        SealOptions options = Sample.Options();
        List<byte[]> reference = ReferenceSealer.Seal(plaintext, Sample.KeyBytes(), options.DangerousSalt!.Value.ToArray(), Sample.ChunkSize);

        (byte[] file, SealedFileInfo info) = Sample.Seal(length);

        Assert.Equal(reference.SelectMany(piece => piece), file);
        Assert.Equal(Convert.ToHexStringLower(ReferenceSealer.ContentId(reference, length)), info.ContentId.ToString());
        Assert.Equal(reference.Count - 1, info.ChunkCount);
        Assert.Equal(file.Length, info.CiphertextLength);
        Assert.Equal(length, info.PlaintextLength);

        (SealingResult opened, byte[] written) = Sample.Open(file, info.ContentId);
        Assert.True(opened.Succeeded, opened.Failure.ToString());
        Assert.Equal(info, opened.Info);
        Assert.Equal(plaintext, written);
        Assert.Equal(info, SealedFile.Verify(new MemoryStream(file), info.ContentId).Info);
    }

    [Fact]
    public void Any_length_chunk_size_worker_count_and_recipients_agree_with_the_reference()
    {
        Gen.Select(Gen.Int[0, 300_000], Gen.Int[12, 16], Gen.Int[1, 5], Gen.Byte.Array[1, 300].Array[0, 4]).Sample((length, bits, workers, recipients) =>
        {
            byte[] plaintext = Sample.Bytes(length, length);
            SealOptions options = Sample.Options(workers: workers, chunkSize: 1 << bits) with { Recipients = [.. recipients.Select(bytes => new ReadOnlyMemory<byte>(bytes))] };
            List<byte[]> reference = ReferenceSealer.Seal(plaintext, Sample.KeyBytes(), options.DangerousSalt!.Value.ToArray(), options.ChunkSize, recipients);

            using ContentKey key = Sample.Key();
            byte[] file = SealedFile.Seal(plaintext, key, options, out SealedFileInfo info);
            (SealingResult opened, byte[] written) = Sample.Open(file, info.ContentId, workers: workers);

            return file.AsSpan().SequenceEqual(reference.SelectMany(piece => piece).ToArray())
                && info.ContentId.Value.ToArray().AsSpan().SequenceEqual(ReferenceSealer.ContentId(reference, length))
                && opened.Info == info
                && written.AsSpan().SequenceEqual(plaintext);
        }, iter: 100);
    }

    [Fact]
    public void Salts_are_fresh_so_one_plaintext_never_seals_to_the_same_bytes()
    {
        using ContentKey key = Sample.Key();
        byte[] first = SealedFile.Seal([1, 2, 3], key, options: null, out SealedFileInfo firstInfo);
        byte[] second = SealedFile.Seal([1, 2, 3], key, options: null, out SealedFileInfo secondInfo);
        Assert.NotEqual(first, second);
        Assert.NotEqual(firstInfo.ContentId, secondInfo.ContentId);
        Assert.Equal(SealedFormat.ChunkSizeDefault, Sample.Header(first).ChunkSize);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(4096)]
    [InlineData(100_000)]
    public void Memory_form_opens_whole_or_gives_nothing(int length)
    {
        (byte[] file, SealedFileInfo info) = Sample.Seal(length);
        using ContentKey key = Sample.Key();
        Assert.Equal(Sample.Bytes(length), SealedFile.TryOpen(file, key, info.ContentId, out SealingFailure failure));
        Assert.Equal(SealingError.None, failure.Error);

        file[^1] ^= 1;
        Assert.Null(SealedFile.TryOpen(file, key, expected: null, out failure));
        Assert.Equal(new SealingFailure(SealingError.ChunkTag, info.ChunkCount - 1), failure);
    }

    [Theory]
    [InlineData(9_999)]
    [InlineData(10_001)]
    public void Plaintext_of_another_length_than_announced_is_refused(int actual)
    {
        using ContentKey key = Sample.Key();
        SealingResult result = SealedFile.Seal(new MemoryStream(Sample.Bytes(actual)), 10_000, Stream.Null, key, Sample.Options());
        Assert.Equal(SealingError.PlaintextLength, result.Failure.Error);
        Assert.Equal(actual < 10_000 ? 2 : 3, result.Failure.Chunk);
    }

    [Fact]
    public void Options_outside_the_format_are_the_callers_defect()
    {
        using ContentKey key = Sample.Key();
        foreach (int chunkSize in new[] { -1, 0, 1, 2048, 4097, 3 * 4096, 2 << 20, int.MinValue })
            Assert.ThrowsAny<ArgumentException>(() => SealedFile.Seal(Stream.Null, 0, Stream.Null, key, new SealOptions { ChunkSize = chunkSize }));
        foreach (long length in new[] { -1, SealedFormat.PlaintextLengthMax + 1, long.MaxValue })
            Assert.ThrowsAny<ArgumentException>(() => SealedFile.Seal(Stream.Null, length, Stream.Null, key));
        Assert.ThrowsAny<ArgumentException>(() => SealedFile.Seal(Stream.Null, 0, Stream.Null, key, new SealOptions { Workers = 0 }));
        foreach (byte[][] recipients in new byte[][][] { [[]], [new byte[SealedFormat.RecipientSizeMax + 1]], [.. Enumerable.Repeat(new byte[1], SealedFormat.RecipientCountMax + 1)] })
            Assert.ThrowsAny<ArgumentException>(() => SealedFile.Seal(Stream.Null, 0, Stream.Null, key, new SealOptions { Recipients = [.. recipients.Select(bytes => (ReadOnlyMemory<byte>)bytes)] }));
    }

    [Fact]
    public void Progress_rises_in_order_to_the_plaintext_length()
    {
        var reports = new List<long>();
        using ContentKey key = Sample.Key();
        int length = 50 * Sample.ChunkSize + 5;
        SealedFile.Seal(new MemoryStream(Sample.Bytes(length)), length, Stream.Null, key, Sample.Options(workers: 3), new Progress(reports.Add));
        long[] expected = [16L * Sample.ChunkSize, 32L * Sample.ChunkSize, 48L * Sample.ChunkSize, length];
        Assert.Equal(expected, reports);

        (byte[] file, SealedFileInfo info) = Sample.Seal(length);
        reports.Clear();
        Assert.Equal(info, SealedFile.Open(new MemoryStream(file), Stream.Null, key, info.ContentId, workers: 3, new Progress(reports.Add)).Info);
        Assert.Equal(expected, reports);
    }

    [Fact]
    public void Cancellation_and_stream_faults_come_out_as_they_are()
    {
        using ContentKey key = Sample.Key();
        using var cancellation = new CancellationTokenSource();
        int length = 100 * Sample.ChunkSize;
        var cancelling = new Progress(_ => cancellation.Cancel());
        for (int workers = 1; workers <= 4; workers++)
        {
            Assert.Throws<OperationCanceledException>(() => SealedFile.Seal(
                new MemoryStream(Sample.Bytes(length)), length, Stream.Null, key, Sample.Options(workers: workers), cancelling, cancellation.Token));
            var full = new MemoryStream(new byte[40 * Sample.ChunkSize]);
            Assert.Throws<NotSupportedException>(() => SealedFile.Seal(new MemoryStream(Sample.Bytes(length)), length, full, key, Sample.Options(workers: workers)));
        }
    }

    private sealed class Progress(Action<long> report) : IProgress<long>
    {
        public void Report(long value) => report(value);
    }
}
