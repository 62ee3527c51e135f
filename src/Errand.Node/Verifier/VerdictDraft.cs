using Errand.Primitives;
using Errand.Protocol;

namespace Errand.Node;

/// <summary>What of a verdict is known before the appraisal.</summary>
internal sealed record VerdictDraft(Seat Seat, Bytes32 EvidenceDigest, StateRoot Root, PublicKey Operator)
{
    /// <summary>The verdict.</summary>
    public VerdictEntry Complete(AppraisalFinding finding) => new()
    {
        Role = Seat.Role,
        CaseId = Seat.CaseId,
        Attempt = Seat.Attempt,
        Round = Seat.Round,
        Proof = Seat.Proof,
        EvidenceDigest = EvidenceDigest,
        Root = Root,
        Accept = finding.Accepted,
        Reasons = finding.Reasons,
        AppraisalDigest = VerdictEntry.AppraisalDigestOf(Operator, Seat.Beta, finding.CanonicalClaims.Span),
    };
}
