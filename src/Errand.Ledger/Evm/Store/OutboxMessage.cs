namespace Errand.Ledger;

/// <summary>An entry that is to be sent.</summary>
/// <param name="Number">In the order of appending.</param>
/// <param name="Bytes">The entry.</param>
internal sealed record OutboxMessage(long Number, ReadOnlyMemory<byte> Bytes);
