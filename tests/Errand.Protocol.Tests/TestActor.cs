using System.Security.Cryptography;
using System.Text;
using Errand.Cryptography;
using Errand.Primitives;

namespace Errand.Protocol.Tests;

/// <summary>A participant with keys that follow from a seed and a name, and its own count of entries.</summary>
internal sealed class TestActor
{
    private readonly string _seed;
    private readonly string _name;
    private int _vrfGeneration;

    public TestActor(string seed, string name)
    {
        _seed = seed;
        _name = name;
        Key = SigningKey.FromSeed(Seed("signing"));
        Vrf = VrfKey.FromSeed(Seed("vrf"));
    }

    public SigningKey Key { get; }

    /// <summary>The VRF key in use; <see cref="Rotate"/> gives the next one.</summary>
    public VrfKey Vrf { get; private set; }

    public PublicKey Id => Key.PublicKey;

    /// <summary>The number of the next entry.</summary>
    public ulong NextSequence { get; set; } = 1;

    /// <summary>Offers of a node that have applied.</summary>
    public int Offers { get; set; }

    /// <summary>Who stands behind a node; itself for operators, owners and requesters.</summary>
    public TestActor Operator { get => field ?? this; init; }

    public NodeRoles Roles { get; init; }

    public TeeKind Tee => Roles.HasFlag(NodeRoles.Executor) ? TeeKind.SevSnp : TeeKind.None;

    public Bytes32 EkId => new(Seed("ek"));

    public Bytes32? ChipId => Roles.HasFlag(NodeRoles.Executor) ? Chip ?? new Bytes32(Seed("chip")) : null;

    /// <summary>Another chip than the one that follows from the name.</summary>
    public Bytes32? Chip { get; set; }

    /// <summary>Turns to the next VRF key and gives the one before.</summary>
    public VrfKey Rotate()
    {
        VrfKey old = Vrf;
        Vrf = VrfKey.FromSeed(Seed($"vrf {++_vrfGeneration}"));
        return old;
    }

    public byte[] Prove(ReadOnlySpan<byte> alpha) => Prove(Vrf, alpha);

    public static byte[] Prove(VrfKey key, ReadOnlySpan<byte> alpha)
    {
        var proof = new byte[Cryptography.Vrf.ProofSize];
        key.Prove(alpha, proof);
        return proof;
    }

    /// <summary>32 bytes that follow from the actor and a purpose.</summary>
    public byte[] Seed(string purpose) => SHA256.HashData(Encoding.UTF8.GetBytes($"{_seed}/{_name}/{purpose}"));

    public override string ToString() => _name;
}
