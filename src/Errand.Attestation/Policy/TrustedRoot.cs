using Errand.Primitives;

namespace Errand.Attestation;

/// <summary>A pinned root key.</summary>
/// <param name="Class">What it may vouch for.</param>
/// <param name="Name">Its name, for people.</param>
/// <param name="SpkiDigest">SHA-256 of its DER SubjectPublicKeyInfo.</param>
/// <param name="IsDevelopment">True when its private key protects nothing.</param>
public sealed record TrustedRoot(RootClass Class, string Name, Bytes32 SpkiDigest, bool IsDevelopment);
