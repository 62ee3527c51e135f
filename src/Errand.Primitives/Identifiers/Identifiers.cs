namespace Errand.Primitives;

/// <summary>SHA-256 of the exact bytes of a canonical genesis document; the external_aad of every entry.</summary>
public readonly record struct NetworkId(Bytes32 Value)
{
    /// <inheritdoc/>
    public override string ToString() => Value.ToString();
}

/// <summary>An Ed25519 public key (RFC 8032): the identity of a node, an owner, a requester or an operator.</summary>
public readonly record struct PublicKey(Bytes32 Value) : IComparable<PublicKey>
{
    /// <inheritdoc/>
    public int CompareTo(PublicKey other) => Value.CompareTo(other.Value);

    /// <inheritdoc/>
    public override string ToString() => Value.ToString();
}

/// <summary>An ECVRF-EDWARDS25519-SHA512-TAI public key (RFC 9381).</summary>
public readonly record struct VrfPublicKey(Bytes32 Value) : IComparable<VrfPublicKey>
{
    /// <inheritdoc/>
    public int CompareTo(VrfPublicKey other) => Value.CompareTo(other.Value);

    /// <inheritdoc/>
    public override string ToString() => Value.ToString();
}

/// <summary>SHA-256 of an entry's Sig_structure: what makes two copies of an entry one.</summary>
public readonly record struct EntryId(Bytes32 Value)
{
    /// <inheritdoc/>
    public override string ToString() => Value.ToString();
}

/// <summary>What a sealed file is called: its chunks' tree hash, with their count and the plaintext length.</summary>
public readonly record struct ContentId(Bytes32 Value)
{
    /// <inheritdoc/>
    public override string ToString() => Value.ToString();
}

/// <summary>A sealed file together with its owner.</summary>
public readonly record struct AssetId(Bytes32 Value) : IComparable<AssetId>
{
    /// <inheritdoc/>
    public int CompareTo(AssetId other) => Value.CompareTo(other.Value);

    /// <summary>H("errand/asset/v1", owner, content id). Whoever knows an asset's id can check its owner and content without a ledger.</summary>
    public static AssetId Of(PublicKey owner, ContentId content) =>
        new(new TaggedHash(Tags.Asset).Add(owner.Value).Add(content.Value).ToDigest());

    /// <inheritdoc/>
    public override string ToString() => Value.ToString();
}

/// <summary>Digest of a signed Submit payload and its signer.</summary>
public readonly record struct TaskId(Bytes32 Value) : IComparable<TaskId>
{
    /// <inheritdoc/>
    public int CompareTo(TaskId other) => Value.CompareTo(other.Value);

    /// <summary>H("errand/task/v1", network, requester, payload). The enclave derives it from the signed payload alone.</summary>
    public static TaskId Of(NetworkId network, PublicKey requester, ReadOnlySpan<byte> submitPayload) =>
        new(new TaggedHash(Tags.Task).Add(network.Value).Add(requester.Value).Add(submitPayload).ToDigest());

    /// <inheritdoc/>
    public override string ToString() => Value.ToString();
}

/// <summary>Digest over the whole state of the fold.</summary>
public readonly record struct StateRoot(Bytes32 Value)
{
    /// <inheritdoc/>
    public override string ToString() => Value.ToString();
}
