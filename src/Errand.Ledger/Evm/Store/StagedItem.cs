namespace Errand.Ledger;

/// <summary>An item and the places that follow from those before it.</summary>
/// <param name="Sequence">Among all items, from 0.</param>
/// <param name="Position">Among entries, from 0; null for an item of no or too many bytes, which is no entry.</param>
/// <param name="TimeMilliseconds">The block's, or that of the entry before if that is later.</param>
/// <param name="Item">As it was told.</param>
internal readonly record struct StagedItem(ulong Sequence, long? Position, long TimeMilliseconds, AppendedItem Item);
