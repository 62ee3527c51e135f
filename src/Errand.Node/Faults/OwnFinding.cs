using Errand.Primitives;
using Errand.Protocol;

namespace Errand.Node;

/// <summary>What this verifier found of evidence itself, but for the credential challenge.</summary>
/// <param name="Key">The case.</param>
/// <param name="Node">Whose evidence it is.</param>
/// <param name="Position">Ledger position of the entry that brought it.</param>
/// <param name="EvidenceDigest">Its digest.</param>
/// <param name="Root">The state root after it.</param>
/// <param name="Accepts">True when it passes.</param>
/// <param name="Claims">What it says, as canonical CBOR.</param>
internal sealed record OwnFinding(CaseKey Key, PublicKey Node, long Position, Bytes32 EvidenceDigest, StateRoot Root, bool Accepts, ReadOnlyMemory<byte> Claims)
{
    /// <summary>What a verdict on this evidence can be charged with; none when it says what was found.</summary>
    public FaultCharge ChargeOf(SeenVerdict seen)
    {
        VerdictEntry verdict = seen.Verdict;
        if (verdict.EvidenceDigest != EvidenceDigest || verdict.Root != Root) return FaultCharge.None;
        if (verdict.Accept != Accepts) return FaultFinding.IsProvable(verdict) ? FaultCharge.WrongFinding : FaultCharge.None;
        return FaultFinding.IsDigestRight(verdict, seen.Operator, Claims) ? FaultCharge.None : FaultCharge.AppraisalDigest;
    }
}
