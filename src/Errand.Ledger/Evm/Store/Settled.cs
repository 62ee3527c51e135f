namespace Errand.Ledger;

/// <summary>What became of an entry whose transaction's nonce is final.</summary>
/// <param name="Number">In the outbox.</param>
/// <param name="Position">Where it lies; null when it has to be sent again, under another nonce.</param>
internal readonly record struct Settled(long Number, LedgerPosition? Position);
