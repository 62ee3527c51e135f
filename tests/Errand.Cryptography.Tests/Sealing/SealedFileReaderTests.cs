using CsCheck;
using Errand.Primitives;

namespace Errand.Cryptography.Tests;

public sealed class SealedFileReaderTests
{
    [Fact]
    public void Any_read_sizes_from_a_trickling_source_give_the_plaintext()
    {
        Gen.Select(Gen.Int[0, 20_000], Gen.Int[1, 9_000].Array[1, 5], Gen.Int[1, 1000]).Sample((length, sizes, seed) =>
        {
            (byte[] file, SealedFileInfo info) = Sample.Seal(length);
            using SealedFileReader reader = Reader(new TrickleStream(file, seed), info.ContentId);
            (byte[] plaintext, bool good) = ReadAll(reader, sizes);
            return good && reader.Result?.Info == info && plaintext.AsSpan().SequenceEqual(Sample.Bytes(length));
        }, iter: 200);
    }

    [Fact]
    public void Whole_file_calls_read_trickling_sources_too()
    {
        int length = 40 * Sample.ChunkSize + 3;
        (byte[] file, SealedFileInfo info) = Sample.Seal(length);
        using ContentKey key = Sample.Key();
        using var target = new MemoryStream();
        Assert.Equal(info, SealedFile.Open(new TrickleStream(file, 1), target, key, info.ContentId, workers: 3).Info);
        Assert.Equal(Sample.Bytes(length), target.ToArray());
        using var resealed = new MemoryStream();
        Assert.Equal(info, SealedFile.Seal(new TrickleStream(Sample.Bytes(length), 2), length, resealed, key, Sample.Options(workers: 3)).Info);
        Assert.Equal(file, resealed.ToArray());
    }

    [Fact]
    public void Reader_and_whole_file_call_agree_on_every_change()
    {
        int length = 3 * Sample.ChunkSize + 100;
        (byte[] good, SealedFileInfo info) = Sample.Seal(length);
        Gen.Select(Gen.Int[0, good.Length - 1], Gen.Int[0, 3], Gen.Bool).Sample((offset, change, named) =>
        {
            byte[] file = change switch
            {
                0 => good[..offset],
                1 => [.. good, .. new byte[1 + offset % 5000]],
                2 => [.. good[..offset], (byte)(good[offset] ^ 0x10), .. good[(offset + 1)..]],
                _ => [.. good[..offset], .. good[(offset + 1)..]],
            };
            ContentId? expected = named ? info.ContentId : null;
            (SealingResult whole, byte[] written) = Sample.Open(file, expected);
            using ContentKey key = Sample.Key();
            if (!SealedFileReader.TryOpen(new MemoryStream(file), key, expected, out SealedFileReader? reader, out SealingFailure failure))
                return failure == whole.Failure && written.Length == 0;
            using (reader)
            {
                (byte[] plaintext, bool isGood) = ReadAll(reader, [777]);
                return !isGood && !reader.TryRead(new byte[1], out int again) && again == 0
                    && reader.Result!.Value.Failure == whole.Failure && plaintext.AsSpan().SequenceEqual(written);
            }
        }, iter: 2_000);
    }

    [Fact]
    public void Reading_into_nothing_is_a_defect()
    {
        (byte[] file, SealedFileInfo info) = Sample.Seal(5);
        using SealedFileReader reader = Reader(new MemoryStream(file), info.ContentId);
        Assert.Throws<ArgumentException>(() => reader.TryRead([], out _));
    }

    [Fact]
    public void Disposed_reader_gives_nothing_out_not_even_zeros()
    {
        (byte[] file, SealedFileInfo info) = Sample.Seal(50);
        SealedFileReader reader = Reader(new MemoryStream(file), info.ContentId);
        Assert.True(reader.TryRead(new byte[10], out _));
        reader.Dispose();
        Assert.Throws<ObjectDisposedException>(() => reader.TryRead(new byte[10], out _));
    }

    private static SealedFileReader Reader(Stream stream, ContentId? expected)
    {
        using ContentKey key = Sample.Key();
        Assert.True(SealedFileReader.TryOpen(stream, key, expected, out SealedFileReader? reader, out _));
        return reader;
    }

    private static (byte[] Plaintext, bool Good) ReadAll(SealedFileReader reader, int[] sizes)
    {
        var plaintext = new List<byte>();
        for (int i = 0; ; i++)
        {
            var buffer = new byte[sizes[i % sizes.Length]];
            if (!reader.TryRead(buffer, out int read)) return ([.. plaintext], false);
            if (read == 0) return ([.. plaintext], true);
            plaintext.AddRange(buffer.AsSpan(0, read));
        }
    }
}
