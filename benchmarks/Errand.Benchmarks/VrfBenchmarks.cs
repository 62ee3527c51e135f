using BenchmarkDotNet.Attributes;
using Errand.Cryptography;

namespace Errand.Benchmarks;

/// <summary>Proving and verifying ECVRF-EDWARDS25519-SHA512-TAI over many inputs: their numbers of attempts at a point differ.</summary>
[ShortRunJob]
[MemoryDiagnoser]
public class VrfBenchmarks : IDisposable
{
    private const int InputCount = 256;

    private readonly VrfKey _key = VrfKey.Generate();
    private readonly byte[][] _alphas = new byte[InputCount][];
    private readonly byte[][] _proofs = new byte[InputCount][];
    private readonly VrfClaim[] _claims = new VrfClaim[InputCount];
    private readonly bool[] _holds = new bool[InputCount];
    private readonly byte[] _betas = new byte[InputCount * Vrf.OutputSize];
    private readonly byte[] _proof = new byte[Vrf.ProofSize];
    private readonly byte[] _beta = new byte[Vrf.OutputSize];

    [GlobalSetup]
    public void Setup()
    {
        for (int i = 0; i < InputCount; i++)
        {
            _alphas[i] = new byte[64];
            _alphas[i][0] = (byte)i;
            _proofs[i] = new byte[Vrf.ProofSize];
            _key.Prove(_alphas[i], _proofs[i]);
            _claims[i] = new VrfClaim(_key.PublicKey, _alphas[i], _proofs[i]);
        }
    }

    [Benchmark(OperationsPerInvoke = InputCount)]
    public void Prove()
    {
        foreach (byte[] alpha in _alphas) _key.Prove(alpha, _proof);
    }

    [Benchmark(OperationsPerInvoke = InputCount)]
    public void Verify()
    {
        for (int i = 0; i < InputCount; i++)
            if (!Vrf.TryVerify(_key.PublicKey, _alphas[i], _proofs[i], _beta)) throw new InvalidOperationException("A proof was refused.");
    }

    [Benchmark(OperationsPerInvoke = InputCount)]
    public void VerifyMany()
    {
        Vrf.VerifyMany(_claims, _holds, _betas);
        if (_holds.Contains(false)) throw new InvalidOperationException("A proof was refused.");
    }

    [Benchmark(OperationsPerInvoke = InputCount)]
    public void ProofToHash()
    {
        foreach (byte[] proof in _proofs) Vrf.TryProofToHash(proof, _beta);
    }

    [Benchmark]
    public bool IsValidKey() => Vrf.IsValidKey(_key.PublicKey);

    [GlobalCleanup]
    public void Dispose()
    {
        _key.Dispose();
        GC.SuppressFinalize(this);
    }
}
