using Errand.Ledger;
using Errand.Primitives;
using Errand.Protocol;

namespace Errand.Client;

/// <summary>What the fold made of an own entry.</summary>
/// <param name="Id">The entry.</param>
/// <param name="Frame">Its bytes.</param>
/// <param name="Position">Where it lies.</param>
/// <param name="Refusal">None when it applied.</param>
public sealed record EntryOutcome(EntryId Id, CoseSign1 Frame, LedgerPosition Position, RefusalReason Refusal)
{
    /// <summary>True when it changed the state.</summary>
    public bool Applied => Refusal == RefusalReason.None;
}
