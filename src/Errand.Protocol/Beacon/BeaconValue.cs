using Errand.Primitives;

namespace Errand.Protocol;

/// <summary>R of an epoch.</summary>
/// <param name="Randomness">32 bytes.</param>
/// <param name="Weak">True when no ticket went into it.</param>
public readonly record struct BeaconValue(Bytes32 Randomness, bool Weak);
