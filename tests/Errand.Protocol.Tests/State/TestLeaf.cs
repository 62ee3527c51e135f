using Errand.Primitives;

namespace Errand.Protocol.Tests;

/// <summary>A leaf of a state tree that stands for itself.</summary>
internal sealed class TestLeaf(Bytes32 key, Bytes32 value) : IStateLeaf
{
    public Bytes32 Key { get; } = key;

    public Bytes32 Hash { get; } = StateTree.HashLeaf(key, value);
}
