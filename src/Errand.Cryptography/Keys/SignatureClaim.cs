using Errand.Primitives;

namespace Errand.Cryptography;

/// <summary>One Ed25519 signature to verify among many.</summary>
/// <param name="Key">The signer's key.</param>
/// <param name="Message">What was signed; any length.</param>
/// <param name="Signature">64 bytes; other lengths are refused.</param>
public readonly record struct SignatureClaim(PublicKey Key, ReadOnlyMemory<byte> Message, ReadOnlyMemory<byte> Signature);
