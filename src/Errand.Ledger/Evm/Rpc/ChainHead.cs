using Errand.Primitives;

namespace Errand.Ledger;

/// <summary>A block as one name and one number.</summary>
internal readonly record struct ChainHead(ulong Number, Bytes32 Hash);
