using Errand.Primitives;

namespace Errand.Attestation;

/// <summary>A pinned root key.</summary>
/// <param name="Class">What it may vouch for.</param>
/// <param name="Name">Its name, for people.</param>
/// <param name="SpkiDigest">SHA-256 of its DER SubjectPublicKeyInfo.</param>
/// <param name="IsDevelopment">True when its private key protects nothing.</param>
public sealed record TrustedRoot(RootClass Class, string Name, Bytes32 SpkiDigest, bool IsDevelopment)
{
    /// <summary>
    /// For a key whose certificate was issued by somebody else: SHA-256 of that certificate, which may then end a chain too. A trust anchor is
    /// a key (RFC 5280 section 6.1.1 (d)), but what nobody's signature in the chain covers must be pinned. Null for all other roots, whose
    /// certificates sign themselves.
    /// </summary>
    public Bytes32? CrossCertificate { get; init; }
}
