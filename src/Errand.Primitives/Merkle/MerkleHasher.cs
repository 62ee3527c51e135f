using System.Security.Cryptography;

namespace Errand.Primitives;

/// <summary>The hashes of a Merkle tree (RFC 9162 section 2.1.1): SHA-256, 0x00 before a leaf, 0x01 before two children.</summary>
public static class MerkleHasher
{
    private const int OneShotSizeMax = 1024;

    /// <summary>SHA-256 of nothing: the root of an empty tree.</summary>
    public static Bytes32 Empty { get; } = new(SHA256.HashData([]));

    /// <summary>SHA-256(0x00 || leaf).</summary>
    public static Bytes32 Leaf(ReadOnlySpan<byte> leaf)
    {
        Span<byte> digest = stackalloc byte[Bytes32.Size];
        if (leaf.Length < OneShotSizeMax)
        {
            // One call into the platform's SHA-256 instead of four: most leaves are short.
            Span<byte> input = stackalloc byte[1 + leaf.Length];
            input[0] = 0x00;
            leaf.CopyTo(input[1..]);
            SHA256.HashData(input, digest);
            return new Bytes32(digest);
        }
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData([0x00]);
        hash.AppendData(leaf);
        hash.GetHashAndReset(digest);
        return new Bytes32(digest);
    }

    /// <summary>SHA-256(0x01 || left || right).</summary>
    public static Bytes32 Node(Bytes32 left, Bytes32 right)
    {
        Span<byte> input = stackalloc byte[1 + 2 * Bytes32.Size];
        input[0] = 0x01;
        left.CopyTo(input[1..]);
        right.CopyTo(input[(1 + Bytes32.Size)..]);
        Span<byte> digest = stackalloc byte[Bytes32.Size];
        SHA256.HashData(input, digest);
        return new Bytes32(digest);
    }
}
