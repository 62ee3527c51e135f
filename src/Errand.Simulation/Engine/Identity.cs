using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Errand.Cryptography;
using Errand.Primitives;

namespace Errand.Simulation;

/// <summary>The keys of one participant, which follow from its name.</summary>
/// <remarks>
/// Kept for the life of the process: guarded memory is scarce, and ten thousand networks need the same few keys. Draws differ
/// all the same, since every genesis, and with it every VRF input, has its seed in it.
/// </remarks>
internal sealed class Identity
{
    private static readonly ConcurrentDictionary<string, Identity> Known = new(StringComparer.Ordinal);

    private Identity(string name)
    {
        Name = name;
        Key = SigningKey.FromSeed(Digest("signing"));
        Vrf = VrfKey.FromSeed(Digest("vrf"));
    }

    public string Name { get; }

    public SigningKey Key { get; }

    public VrfKey Vrf { get; }

    public PublicKey Id => Key.PublicKey;

    public static Identity Of(string name) => Known.GetOrAdd(name, known => new Identity(known));

    /// <summary>32 bytes that follow from the name and a purpose.</summary>
    public byte[] Digest(string purpose) => SHA256.HashData(Encoding.UTF8.GetBytes($"errand simulation/{Name}/{purpose}"));

    public byte[] Prove(ReadOnlySpan<byte> alpha)
    {
        var proof = new byte[Cryptography.Vrf.ProofSize];
        Vrf.Prove(alpha, proof);
        return proof;
    }

    /// <summary>The output of an own proof.</summary>
    public static byte[] Output(ReadOnlySpan<byte> proof)
    {
        var beta = new byte[Cryptography.Vrf.OutputSize];
        if (!Cryptography.Vrf.TryProofToHash(proof, beta)) throw new InvalidOperationException("An own VRF proof gives no output.");
        return beta;
    }

    public override string ToString() => Name;
}
