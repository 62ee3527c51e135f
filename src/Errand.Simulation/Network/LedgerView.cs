using Errand.Primitives;

namespace Errand.Simulation;

/// <summary>One history that a ledger shows. An honest ledger has one; a lying one can show another to some, or take entries back.</summary>
internal sealed class LedgerView(string name, NetworkId network, LedgerView? parent = null)
{
    private readonly List<LedgerRecord> _records = [];
    private readonly List<Bytes32> _chain = [];

    public string Name { get; } = name;

    /// <summary>The history of which this one is a branch.</summary>
    public LedgerView? Parent { get; } = parent;

    /// <summary>How many entries it has in common with its parent.</summary>
    public int BranchedAt { get; private init; }

    public int Count => _records.Count;

    public LedgerRecord this[int position] => _records[position];

    /// <summary>A digest over the first entries; stands for the tree hash that followers remember.</summary>
    public Bytes32 DigestOf(int count) => count == 0 ? default : _chain[count - 1];

    public void Append(long time, ReadOnlyMemory<byte> bytes) => Add(new LedgerRecord(Math.Max(time, Count > 0 ? _records[^1].TimeMilliseconds : 0), bytes, network));

    /// <summary>Another history with the same beginning.</summary>
    public LedgerView Branch(string name, int count)
    {
        var branch = new LedgerView(name, network, this) { BranchedAt = count };
        foreach (LedgerRecord record in _records.Take(count)) branch.Add(record);
        return branch;
    }

    private void Add(LedgerRecord record)
    {
        _chain.Add(Follower.Extend(DigestOf(Count), record));
        _records.Add(record);
    }
}
