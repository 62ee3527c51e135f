using Errand.Primitives;

namespace Errand.Protocol;

/// <summary>An operator that the network knows from the start.</summary>
public sealed record GenesisOperator(PublicKey Key, string Name);

/// <summary>A verifier that may judge before anybody has been judged; it must qualify by its own Proof of Trust like all others.</summary>
public sealed record FoundingVerifier(PublicKey Node, VrfPublicKey VrfKey, PublicKey Operator);

/// <summary>A root that evidence may end at.</summary>
/// <param name="Class">What it vouches for; the attestation library's numbers, opaque to the fold.</param>
/// <param name="Development">True for a root whose key protects nothing.</param>
/// <param name="PublicKeySha256">SHA-256 of its SubjectPublicKeyInfo.</param>
public sealed record PinnedRoot(int Class, bool Development, Bytes32 PublicKeySha256);

/// <summary>A full reference tuple as canonical CBOR; the attestation library reads it, the fold does not.</summary>
public sealed record ReferenceValue(TeeKind Tee, ReadOnlyMemory<byte> Tuple)
{
    /// <summary>The tuple's digest, by which the network names it.</summary>
    public Bytes32 Digest => new(System.Security.Cryptography.SHA256.HashData(Tuple.Span));

    /// <summary>True when it is of a TEE that protects nothing, which only a development network may list.</summary>
    public bool IsDevelopment => Tee == TeeKind.DevelopmentVtpm;
}

/// <summary>The lowest acceptable firmware of one kind of TEE as canonical CBOR; opaque to the fold.</summary>
public sealed record FirmwareFloor(TeeKind Tee, ReadOnlyMemory<byte> Tuple);
