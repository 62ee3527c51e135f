using Errand.Protocol;

namespace Errand.Simulation;

/// <summary>What a lying ledger does, to whom and when.</summary>
internal sealed record LedgerPlan
{
    public LedgerLie Lie { get; init; }

    public long FromMilliseconds { get; init; }

    public long UntilMilliseconds { get; init; }

    public long JumpMilliseconds { get; init; }

    public int EntriesTaken { get; init; }

    /// <summary>The kind of entry that a forged history does not have.</summary>
    public EntryKind Hidden { get; init; }

    public IReadOnlySet<string> Victims { get; init; } = new HashSet<string>(StringComparer.Ordinal);
}
