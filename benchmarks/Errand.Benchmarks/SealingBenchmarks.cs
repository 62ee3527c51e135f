using BenchmarkDotNet.Attributes;
using Errand.Cryptography;

namespace Errand.Benchmarks;

/// <summary>Sealing, opening and verifying 64 MiB from memory to nowhere: encryption and hashing without a disk.</summary>
[MemoryDiagnoser]
public class SealingBenchmarks : IDisposable
{
    private const int Length = 64 << 20;
    private readonly ContentKey _key = ContentKey.Generate();
    private readonly byte[] _plaintext = new byte[Length];
    private byte[] _file = [];
    private SealedFileInfo? _info;

    [Params(SealedFormat.ChunkSizeDefault, SealedFormat.ChunkSizeSequential)]
    public int ChunkSize { get; set; }

    [Params(1, 2)]
    public int Workers { get; set; }

    [GlobalSetup]
    public void Prepare()
    {
        new Random(1).NextBytes(_plaintext);
        _file = SealedFile.Seal(_plaintext, _key, new SealOptions { ChunkSize = ChunkSize }, out _info);
    }

    [Benchmark]
    public SealingResult Seal() =>
        SealedFile.Seal(new MemoryStream(_plaintext), Length, Stream.Null, _key, new SealOptions { ChunkSize = ChunkSize, Workers = Workers });

    [Benchmark]
    public SealingResult Open() => SealedFile.Open(new MemoryStream(_file), Stream.Null, _key, _info?.ContentId, Workers);

    [Benchmark]
    public SealingResult Verify() => SealedFile.Verify(new MemoryStream(_file), _info?.ContentId, Workers);

    public void Dispose()
    {
        _key.Dispose();
        GC.SuppressFinalize(this);
    }
}
