namespace Errand.Primitives;

/// <summary>Takes the root of a subtree that has just become full; numbered as in <see cref="MerkleNodeSource"/>.</summary>
public delegate void MerkleNodeSink(int level, long index, Bytes32 hash);
