using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Errand.Cryptography;
using Errand.Primitives;

namespace Errand.Simulation;

/// <summary>Keys of a network of any size. They follow from a role and a number and are made when they are needed: guarded memory is scarce.</summary>
internal static class ScaleKeys
{
    public static SigningKey Signing(string role, int number) => SigningKey.FromSeed(Digest(role, "signing", number));

    public static VrfKey Vrf(string role, int number) => VrfKey.FromSeed(Digest(role, "vrf", number));

    public static byte[] Prove(VrfKey key, ReadOnlySpan<byte> alpha)
    {
        var proof = new byte[Cryptography.Vrf.ProofSize];
        key.Prove(alpha, proof);
        return proof;
    }

    /// <summary>32 bytes that follow from role, purpose and number.</summary>
    public static byte[] Digest(string role, string purpose, int number)
    {
        byte[] text = Encoding.UTF8.GetBytes($"errand scale/{role}/{purpose}/");
        var input = new byte[text.Length + sizeof(int)];
        text.CopyTo(input, 0);
        BinaryPrimitives.WriteInt32BigEndian(input.AsSpan(text.Length), number);
        return SHA256.HashData(input);
    }

    public static Bytes32 Id(string role, string purpose, int number) => new(Digest(role, purpose, number));
}
