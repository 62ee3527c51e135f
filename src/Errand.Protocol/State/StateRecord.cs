using Errand.Primitives;

namespace Errand.Protocol;

/// <summary>One record of the network's state: a node, an asset, a task and so on. The state root covers all of them.</summary>
public abstract class StateRecord
{
    private protected StateRecord(RecordKind kind, Bytes32 id)
    {
        RecordKey = new TaggedHash(Tags.StateRecord).Add((ulong)kind).Add(id).ToDigest();
    }

    /// <summary>H("errand/state-record/v1", kind, id): the record's place in the state tree.</summary>
    internal Bytes32 RecordKey { get; }

    /// <summary>True while the tree does not know of a change.</summary>
    internal bool Touched { get; set; }

    /// <summary>Writes the whole record as canonical CBOR.</summary>
    internal abstract void WriteTo(CanonicalWriter writer);
}
