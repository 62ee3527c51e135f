using Errand.Primitives;

namespace Errand.Protocol;

/// <summary>Keeps the state tree in step with the records: changes are noted as they happen and hashed when the root is needed.</summary>
internal sealed class StateRecords(NetworkId network)
{
    // With more changes than this their order matters for time: neighbours in the tree lie together in memory's caches.
    private const int SortFrom = 64;
    private const int ListKept = 1024;

    // Far more than a processor has, so that all of them are done at about the same time.
    private const int HashedTogether = 1024;

    private readonly StateTree _tree = new();
    private readonly CanonicalWriter _writer = new();
    private List<StateRecord> _touched = [];

    /// <summary>Notes that a record is new or has changed.</summary>
    public void Touch(StateRecord record)
    {
        if (record.Touched) return;
        record.Touched = true;
        _touched.Add(record);
    }

    /// <summary>Takes a record out of the state, for good.</summary>
    public void Remove(StateRecord record)
    {
        // It stays in the list, which may be long, and is passed over there.
        record.Touched = false;
        _tree.Remove(record.RecordKey);
    }

    /// <summary>Puts in the records of a snapshot, each of which is there once; only while there are none.</summary>
    public void Fill(StateRecord[] records, WorkSpreader spread)
    {
        var keys = new Bytes32[records.Length];
        int parts = (records.Length + HashedTogether - 1) / HashedTogether;
        spread(parts, part =>
        {
            var writer = new CanonicalWriter();
            int until = Math.Min(records.Length, (part + 1) * HashedTogether);
            for (int i = part * HashedTogether; i < until; i++)
            {
                keys[i] = records[i].RecordKey;
                records[i].HashAs(keys[i], writer);
            }
        });
        Array.Sort(keys, records);
        _tree.Fill(keys, records, spread);
    }

    /// <summary>H("errand/state-root/v1", network, tree root).</summary>
    public StateRoot Root()
    {
        Bytes32[] keys = [.. _touched.Select(record => record.RecordKey)];
        StateRecord[] records = [.. _touched];
        if (keys.Length > SortFrom) Array.Sort(keys, records);
        for (int i = 0; i < keys.Length; i++)
        {
            if (!records[i].Touched) continue;
            records[i].HashAs(keys[i], _writer);
            _tree.Set(keys[i], records[i]);
            records[i].Touched = false;
        }
        if (_touched.Count > ListKept) _touched = [];
        else _touched.Clear();
        return new StateRoot(new TaggedHash(Tags.StateRoot).Add(network.Value).Add(_tree.Root).ToDigest());
    }
}
