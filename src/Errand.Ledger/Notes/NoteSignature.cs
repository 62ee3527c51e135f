namespace Errand.Ledger;

/// <summary>One signature line of a signed note: "— name base64(key id || signature)".</summary>
/// <param name="Name">The key's name.</param>
/// <param name="KeyId">The first four bytes of SHA-256(name || 0x0A || type || public key), big-endian; a hint, not a digest to rely on.</param>
/// <param name="Signature">What follows the key id; its form depends on the key's type.</param>
public sealed record NoteSignature(string Name, uint KeyId, ReadOnlyMemory<byte> Signature);
