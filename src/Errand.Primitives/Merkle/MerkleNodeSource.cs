namespace Errand.Primitives;

/// <summary>Gives the root of a full subtree: the 2^<paramref name="level"/> leaves from <paramref name="index"/>·2^<paramref name="level"/> on.</summary>
/// <param name="level">Height of the subtree, 0…62; at 0 the answer is a leaf hash.</param>
/// <param name="index">Which subtree of this height, counted from the left.</param>
public delegate Bytes32 MerkleNodeSource(int level, long index);
