using Errand.Primitives;

namespace Errand.Cryptography;

/// <summary>One proof to verify among many.</summary>
/// <param name="Key">The prover's key.</param>
/// <param name="Alpha">The input; any length.</param>
/// <param name="Proof">80 bytes; other lengths are refused.</param>
public readonly record struct VrfClaim(VrfPublicKey Key, ReadOnlyMemory<byte> Alpha, ReadOnlyMemory<byte> Proof);
