using BenchmarkDotNet.Attributes;
using Errand.Cryptography;
using Errand.Primitives;

namespace Errand.Benchmarks;

/// <summary>Ed25519 alone, and in the frame of a ledger entry.</summary>
[ShortRunJob]
[MemoryDiagnoser]
public class SignatureBenchmarks : IDisposable
{
    private readonly SigningKey _key = SigningKey.Generate();
    private readonly byte[] _network = new byte[32];
    private readonly byte[] _signature = new byte[Ed25519.SignatureSize];
    private byte[] _message = [];
    private CoseSign1 _frame = null!;

    [Params(300, 4_096)]
    public int SizeBytes { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        _message = new byte[SizeBytes];
        _key.Sign(_message, _signature);
        _frame = CoseSigner.Sign(_key, _network, _message);
    }

    [Benchmark]
    public void Sign() => _key.Sign(_message, _signature);

    [Benchmark]
    public bool Verify() => Ed25519.Verify(_key.PublicKey, _message, _signature);

    [Benchmark]
    public CoseSign1 SignFrame() => CoseSigner.Sign(_key, _network, _message);

    [Benchmark]
    public bool VerifyFrame() => CoseSign1.TryParse(_frame.Encoded.Span)!.VerifySignature(_network);

    [GlobalCleanup]
    public void Dispose()
    {
        _key.Dispose();
        GC.SuppressFinalize(this);
    }
}
