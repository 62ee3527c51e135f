using System.Collections.Immutable;
using Errand.Primitives;
using Errand.Protocol;

namespace Errand.Node;

/// <summary>What of a verdict is known before the appraisal.</summary>
internal sealed record VerdictDraft(Seat Seat, Bytes32 EvidenceDigest, StateRoot Root, PublicKey Operator)
{
    /// <summary>What was found of the evidence, to hold others' verdicts against.</summary>
    public OwnFinding ToFinding(PublicKey node, long position, AppraisalFinding finding) =>
        new(new CaseKey(Seat.Role, Seat.CaseId, Seat.Attempt), node, position, EvidenceDigest, Root, finding.Accepted, finding.CanonicalClaims);

    /// <summary>The verdict on evidence.</summary>
    public VerdictEntry Complete(AppraisalFinding finding) => Complete(finding.Accepted, finding.Reasons, finding.CanonicalClaims);

    /// <summary>A verdict.</summary>
    public VerdictEntry Complete(bool accept, ImmutableArray<ulong> reasons, ReadOnlyMemory<byte> claims) => new()
    {
        Role = Seat.Role,
        CaseId = Seat.CaseId,
        Attempt = Seat.Attempt,
        Round = Seat.Round,
        Proof = Seat.Proof,
        EvidenceDigest = EvidenceDigest,
        Root = Root,
        Accept = accept,
        Reasons = reasons,
        AppraisalDigest = VerdictEntry.AppraisalDigestOf(Operator, Seat.Beta, claims.Span),
    };
}
