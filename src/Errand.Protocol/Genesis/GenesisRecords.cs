using Errand.Primitives;

namespace Errand.Protocol;

/// <summary>An operator that the network knows from the start.</summary>
public sealed record GenesisOperator(PublicKey Key, string Name);

/// <summary>A verifier that may judge before anybody has been judged; it must qualify by its own Proof of Trust like all others.</summary>
public sealed record FoundingVerifier(PublicKey Node, VrfPublicKey VrfKey, PublicKey Operator);

/// <summary>A vendor root: SHA-256 of its public key (SubjectPublicKeyInfo).</summary>
public sealed record PinnedRoot(RootClass Class, Bytes32 PublicKeySha256);

/// <summary>A full reference tuple as canonical CBOR; the attestation library reads it, the fold does not.</summary>
public sealed record ReferenceValue(TeeKind Tee, ReadOnlyMemory<byte> Tuple)
{
    /// <summary>The tuple's digest, by which the network names it.</summary>
    public Bytes32 Digest => new(System.Security.Cryptography.SHA256.HashData(Tuple.Span));
}
