using Errand.Primitives;

namespace Errand.Cryptography;

/// <summary>Leaf hashes (RFC 9162 section 2.1.1) of the neighbouring chunks in a buffer.</summary>
internal static class LeafHasher
{
    internal const int LaneCount = LaneSha256.LaneCount;

    /// <summary>Hashes each <paramref name="stride"/> bytes of <paramref name="chunks"/> (the last may be shorter) as one leaf.</summary>
    internal static void Hash(ReadOnlySpan<byte> chunks, int stride, Span<Bytes32> hashes)
    {
        if (LaneSha256.IsSupported && hashes.Length == LaneCount && chunks.Length == LaneCount * stride)
        {
            LaneSha256.HashLeaves(chunks, stride, hashes);
            return;
        }

        for (int i = 0; i < hashes.Length; i++)
        {
            ReadOnlySpan<byte> rest = chunks[(i * stride)..];
            hashes[i] = MerkleHasher.Leaf(rest.Length > stride ? rest[..stride] : rest);
        }
    }
}
