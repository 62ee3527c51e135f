using Errand.Primitives;
using Errand.Protocol;

namespace Errand.Simulation;

/// <summary>Evidence that verdicts are about, as it came by: what appraising it again takes.</summary>
internal sealed record JudgedEvidence(CommitteeRole Role, Bytes32 CaseId, int Attempt, PublicKey Node, long Position, Bytes32 Digest, StateRoot Root, OfferCase? Offer, EvidenceCase? Evidence)
{
    public bool Passes() => (Offer is not null ? Appraisal.OfOffer(Offer) : Appraisal.OfEnclave(Evidence!, Evidence!.Terms)).Count == 0;

    public bool IsOf(VerdictEntry verdict) => verdict.Role == Role && verdict.CaseId == CaseId && verdict.Attempt == Attempt && verdict.EvidenceDigest == Digest && verdict.Root == Root;

    /// <summary>The digest that a verifier should have brought. The claims of simulated evidence are its digest.</summary>
    public bool IsDigestRight(VerdictEntry verdict, PublicKey operatorKey) =>
        verdict.AppraisalDigest == VerdictEntry.AppraisalDigestOf(operatorKey, Identity.Output(verdict.Proof.Span), Digest.ToArray());
}
