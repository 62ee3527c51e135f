using Errand.Ledger;
using Errand.Protocol;

namespace Errand.Client;

/// <summary>A ledger entry and what the fold made of it.</summary>
/// <param name="Entry">As read.</param>
/// <param name="Result">Applied, or refused and why.</param>
public sealed record FoldedEntry(LedgerEntry Entry, ApplyResult Result);
