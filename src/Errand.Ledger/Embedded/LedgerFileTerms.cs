using Errand.Primitives;

namespace Errand.Ledger;

/// <summary>What a ledger file must be to be taken.</summary>
/// <param name="Path">Where it lies.</param>
/// <param name="Network">Whose entries it holds.</param>
/// <param name="Key">The key that signs its checkpoints.</param>
/// <param name="Known">A checkpoint it must continue; null for none.</param>
/// <param name="MayBeUnsigned">True for a copy, which holds no checkpoint before the first that it was given.</param>
internal sealed record LedgerFileTerms(string Path, NetworkId Network, VerifierKey Key, Checkpoint? Known, bool MayBeUnsigned);
