using System.Security.Cryptography;
using Errand.Primitives;

namespace Errand.Protocol;

/// <summary>One record of the network's state: a node, an asset, a task and so on. The state root covers all of them.</summary>
public abstract class StateRecord : IStateLeaf
{
    // Snapshots of millions of records are read and hashed: the parts of a key's input that are always the same.
    private static readonly byte[] KeyFront = new CanonicalWriter().Array(3).Text(Tags.StateRecord).ToArray();
    private static readonly byte[] IdFront = new CanonicalWriter().BytesHeader(Bytes32.Size).ToArray();

    // There may be millions: what can be worked out again is not kept.
    private readonly byte _kind;

    private protected StateRecord(RecordKind kind, Bytes32 id)
    {
        _kind = (byte)kind;
        RecordId = id;
    }

    internal RecordKind Kind => (RecordKind)_kind;

    /// <summary>The id that the record has among those of its kind.</summary>
    internal Bytes32 RecordId { get; }

    /// <summary>True while the tree does not know of a change.</summary>
    internal bool Touched { get; set; }

    /// <inheritdoc/>
    Bytes32 IStateLeaf.Key => RecordKey;

    /// <inheritdoc/>
    Bytes32 IStateLeaf.Hash => LeafHash;

    /// <summary>H("errand/state-record/v1", kind, id): the record's place in the state tree.</summary>
    internal Bytes32 RecordKey
    {
        get
        {
            // The kind is below 24, which CBOR writes as one byte.
            Span<byte> input = stackalloc byte[KeyFront.Length + 1 + IdFront.Length + Bytes32.Size];
            KeyFront.CopyTo(input);
            input[KeyFront.Length] = _kind;
            IdFront.CopyTo(input[(KeyFront.Length + 1)..]);
            RecordId.CopyTo(input[^Bytes32.Size..]);
            Span<byte> hash = stackalloc byte[SHA512.HashSizeInBytes];
            SHA512.HashData(input, hash);
            return new Bytes32(hash[..Bytes32.Size]);
        }
    }

    /// <summary>The leaf as of the last <see cref="HashAs"/>.</summary>
    private Bytes32 LeafHash { get; set; }

    /// <summary>Takes over the value that the record has now into its leaf.</summary>
    /// <param name="key"><see cref="RecordKey"/>, which the caller has at hand.</param>
    /// <param name="writer">Emptied and used.</param>
    internal void HashAs(Bytes32 key, CanonicalWriter writer)
    {
        writer.Clear();
        WriteTo(writer);
        Span<byte> digest = stackalloc byte[Bytes32.Size];
        SHA256.HashData(writer.Span, digest);
        LeafHash = StateTree.HashLeaf(key, new Bytes32(digest));
    }

    /// <summary>Writes the whole record as canonical CBOR.</summary>
    internal abstract void WriteTo(CanonicalWriter writer);
}
