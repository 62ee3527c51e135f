namespace Errand.Cryptography.Tests;

public sealed class StreamFaultTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(7)]
    [InlineData(32)]
    [InlineData(33)]
    public void After_a_failed_read_no_worker_reads_on(int readsBefore)
    {
        // Bytes from behind the failed read would be sealed under the nonces of the chunk that was not read.
        var source = new FailingOnceStream(readsBefore);
        using ContentKey key = Sample.Key();
        using var file = new MemoryStream();
        Assert.Throws<IOException>(() => SealedFile.Seal(source, 1_000 * Sample.ChunkSize, file, key, Sample.Options(workers: 4)));
        Assert.Equal(0, source.ReadsAfter);

        byte[] written = file.ToArray();
        int chunks = (written.Length - Sample.Header(written).Size) / (Sample.ChunkSize + SealedFormat.TagSize);
        Assert.InRange(chunks, 0, readsBefore);
    }
}
