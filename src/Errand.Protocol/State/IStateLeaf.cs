using Errand.Primitives;

namespace Errand.Protocol;

/// <summary>What a state tree holds.</summary>
internal interface IStateLeaf
{
    /// <summary>Its place in the tree; never changes.</summary>
    Bytes32 Key { get; }

    /// <summary><see cref="StateTree.HashLeaf"/> of key and value, as of the last time that the tree was told of it.</summary>
    Bytes32 Hash { get; }
}
