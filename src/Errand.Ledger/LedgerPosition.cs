namespace Errand.Ledger;

/// <summary>Where an appended entry came to lie.</summary>
/// <param name="Position">Counted from 0.</param>
/// <param name="TimeMilliseconds">The ledger's time for it: Unix time in milliseconds.</param>
public readonly record struct LedgerPosition(long Position, long TimeMilliseconds);
