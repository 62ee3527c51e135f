using Errand.Primitives;
using Errand.Protocol;

namespace Errand.Node;

/// <summary>A verdict entry that was on the ledger, applied or not: its signature holds.</summary>
internal sealed record SeenVerdict(PublicKey Signer, PublicKey Operator, VerdictEntry Verdict, ReadOnlyMemory<byte> Frame);
