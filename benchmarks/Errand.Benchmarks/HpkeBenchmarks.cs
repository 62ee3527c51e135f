using BenchmarkDotNet.Attributes;
using Errand.Cryptography;

namespace Errand.Benchmarks;

/// <summary>Sealing a content key to a recipient and opening it, with both KEMs.</summary>
[ShortRunJob]
[MemoryDiagnoser]
public class HpkeBenchmarks : IDisposable
{
    private readonly byte[] _info = new byte[64];
    private readonly byte[] _contentKey = new byte[32];
    private HpkePrivateKey _key = null!;
    private byte[] _message = [];

    [Params(HpkeKem.X25519HkdfSha256, HpkeKem.XWing)]
    public HpkeKem Kem { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        _key = HpkePrivateKey.Generate(HpkeSuite.Create(Kem, HpkeAead.Aes256Gcm));
        _message = Hpke.Seal(_key.PublicKey, _info, [], _contentKey);
    }

    [Benchmark]
    public byte[] Seal() => Hpke.Seal(_key.PublicKey, _info, [], _contentKey);

    [Benchmark]
    public bool Open() => Hpke.TryOpen(_key, _info, [], _message, out _);

    [GlobalCleanup]
    public void Dispose()
    {
        _key?.Dispose();
        GC.SuppressFinalize(this);
    }
}
