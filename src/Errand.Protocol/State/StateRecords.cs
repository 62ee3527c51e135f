using System.Security.Cryptography;
using Errand.Primitives;

namespace Errand.Protocol;

/// <summary>Keeps the state tree in step with the records: changes are noted as they happen and hashed when the root is needed.</summary>
internal sealed class StateRecords(NetworkId network)
{
    private readonly StateTree _tree = new();
    private readonly List<StateRecord> _touched = [];
    private readonly CanonicalWriter _writer = new();

    /// <summary>Notes that a record is new or has changed.</summary>
    public void Touch(StateRecord record)
    {
        if (record.Touched) return;
        record.Touched = true;
        _touched.Add(record);
    }

    /// <summary>Takes a record out of the state.</summary>
    public void Remove(StateRecord record)
    {
        record.Touched = false;
        _touched.Remove(record);
        _tree.Remove(record.RecordKey);
    }

    /// <summary>H("errand/state-root/v1", network, tree root).</summary>
    public StateRoot Root()
    {
        Span<byte> digest = stackalloc byte[Bytes32.Size];
        foreach (StateRecord record in _touched)
        {
            _writer.Clear();
            record.WriteTo(_writer);
            SHA256.HashData(_writer.Span, digest);
            _tree.Set(record.RecordKey, new Bytes32(digest));
            record.Touched = false;
        }
        _touched.Clear();
        return new StateRoot(new TaggedHash(Tags.StateRoot).Add(network.Value).Add(_tree.Root).ToDigest());
    }
}
