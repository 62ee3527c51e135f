using Errand.Primitives;

namespace Errand.Cryptography.Tests;

/// <summary>Keys, plaintexts and files that the sealing tests share. Everything follows from small seeds.</summary>
internal static class Sample
{
    public const int ChunkSize = SealedFormat.ChunkSizeMin;

    public static byte[] Bytes(int count, int seed = 1)
    {
        var bytes = new byte[count];
        uint state = unchecked((uint)seed * 2_654_435_761u);
        for (int i = 0; i < count; i++)
        {
            state = unchecked(state * 1_664_525 + 1_013_904_223);
            bytes[i] = (byte)(state >> 24);
        }
        return bytes;
    }

    public static byte[] KeyBytes(int seed = 1) => Bytes(ContentKey.Size, 1000 + seed);

    public static ContentKey Key(int seed = 1) => ContentKey.FromBytes(KeyBytes(seed));

    public static SealOptions Options(int saltSeed = 1, int workers = 1, int chunkSize = ChunkSize) =>
        new() { ChunkSize = chunkSize, DangerousSalt = new Bytes32(Bytes(32, 2000 + saltSeed)), Workers = workers };

    /// <summary>A sealed file of <paramref name="length"/> bytes, with its id.</summary>
    public static (byte[] File, SealedFileInfo Info) Seal(int length, SealOptions? options = null, int key = 1)
    {
        using ContentKey contentKey = Key(key);
        byte[] file = SealedFile.Seal(Bytes(length), contentKey, options ?? Options(), out SealedFileInfo info);
        return (file, info);
    }

    public static SealedFileHeader Header(byte[] file)
    {
        Assert.True(SealedFileHeader.TryReadSize(file.AsSpan(0, SealedFormat.PrefixSize), out int size));
        SealedFileHeader? header = SealedFileHeader.TryParse(file.AsSpan(0, size));
        Assert.NotNull(header);
        return header;
    }

    /// <summary>Opens to a stream and gives what was written, also after a failure.</summary>
    public static (SealingResult Result, byte[] Written) Open(byte[] file, ContentId? expected, int key = 1, int workers = 1)
    {
        using ContentKey contentKey = Key(key);
        using var target = new MemoryStream();
        SealingResult result = SealedFile.Open(new MemoryStream(file), target, contentKey, expected, workers);
        return (result, target.ToArray());
    }

    /// <summary>Edge sizes around chunks and groups of sixteen chunks.</summary>
    public static TheoryData<int> EdgeLengths() =>
    [
        0, 1, 15, 16, 17, ChunkSize - 1, ChunkSize, ChunkSize + 1, 2 * ChunkSize, 3 * ChunkSize - 1, 15 * ChunkSize + 1,
        16 * ChunkSize - 1, 16 * ChunkSize, 16 * ChunkSize + 1, 17 * ChunkSize, 32 * ChunkSize, 32 * ChunkSize + 1, 100 * ChunkSize + 77,
    ];
}
