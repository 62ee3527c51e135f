namespace Errand.Ledger;

/// <summary>A transaction that may have been sent and is not final: its nonce carries these entries and nothing else.</summary>
/// <param name="Nonce">The account's.</param>
/// <param name="Account">Whose nonce it is.</param>
/// <param name="Signed">The newest signed form.</param>
/// <param name="PriorityFee">Wei per gas for whoever makes the block.</param>
/// <param name="FeeMax">Wei per gas altogether.</param>
/// <param name="Gas">The limit.</param>
/// <param name="Since">How many items the chain finally held when the nonce was given out: what it carries comes after them.</param>
internal sealed record SentTransaction(ulong Nonce, EvmAddress Account, ReadOnlyMemory<byte> Signed, ulong PriorityFee, ulong FeeMax, ulong Gas, ulong Since);
