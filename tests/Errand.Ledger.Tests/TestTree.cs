using Errand.Primitives;

namespace Errand.Ledger.Tests;

/// <summary>A small tree in memory, by the RFC's own recursive definition: judges the others.</summary>
internal sealed class TestTree(IReadOnlyList<Bytes32> leaves)
{
    internal static TestTree Of(int size, byte salt = 0) => new([.. Enumerable.Range(0, size).Select(i => MerkleHasher.Leaf([(byte)(i & 0xFF), (byte)(i >> 8), salt]))]);

    internal IReadOnlyList<Bytes32> Leaves => leaves;

    internal Bytes32 Root(int from, int end)
    {
        if (end == from) return MerkleHasher.Empty;
        if (end - from == 1) return leaves[from];
        int left = 1;
        while (left * 2 < end - from) left *= 2;
        return MerkleHasher.Node(Root(from, from + left), Root(from + left, end));
    }

    internal Bytes32 Root(int size) => Root(0, size);

    internal Bytes32 Node(int level, long index) => Root((int)(index << level), (int)((index + 1) << level));
}
