namespace Errand.Ledger;

/// <summary>A final entry of a ledger.</summary>
/// <param name="Position">Counted from 0.</param>
/// <param name="TimeMilliseconds">The ledger's time for it: Unix time in milliseconds, never less than the entry's before.</param>
/// <param name="Bytes">Exactly what was appended; not to be written to.</param>
public sealed record LedgerEntry(long Position, long TimeMilliseconds, ReadOnlyMemory<byte> Bytes);
