using Errand.Primitives;

namespace Errand.Ledger;

/// <summary>What the next commit continues: the tree over all entries, the last time, the newest checkpoint.</summary>
internal sealed record LedgerState(MerkleAccumulator Tree, long TimeMilliseconds, SignedCheckpoint Checkpoint)
{
    /// <summary>How many entries there are.</summary>
    internal long Count => Tree.Count;

    /// <summary>True when there are entries the newest checkpoint does not cover.</summary>
    internal bool HasUnsigned => Checkpoint.Checkpoint.Size < Count;
}
