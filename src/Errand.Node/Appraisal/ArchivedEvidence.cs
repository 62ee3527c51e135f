using Errand.Primitives;
using Errand.Protocol;

namespace Errand.Node;

/// <summary>Evidence that was judged, with what is needed to appraise it again: the same finding at any later time. Immutable.</summary>
/// <param name="Role">What kind of case it was for.</param>
/// <param name="CaseId">The case.</param>
/// <param name="Attempt">Its attempt; 1 for a Proof of Trust.</param>
/// <param name="Node">Whose evidence it is.</param>
/// <param name="Digest">The digest that verdicts name.</param>
/// <param name="Root">The state root after it, which verdicts confirm.</param>
/// <param name="Epoch">The epoch in which it came.</param>
/// <param name="Offer">For a Proof of Trust; else null.</param>
/// <param name="Evidence">For a task; else null.</param>
internal sealed record ArchivedEvidence(
    CommitteeRole Role, Bytes32 CaseId, int Attempt, PublicKey Node, Bytes32 Digest, StateRoot Root, long Epoch, OfferSnapshot? Offer, EvidenceSnapshot? Evidence)
{
    /// <summary>The finding but for the credential challenge, which was answered then or not.</summary>
    public AppraisalFinding Appraise()
    {
        if (Offer is not null) return EvidenceAppraisal.OfOffer(Offer, new NetworkPolicy(Offer.Terms), out _);
        return EvidenceAppraisal.OfEnclave(Evidence!, new NetworkPolicy(Evidence!.Terms));
    }

    public static ArchivedEvidence Of(NetworkState state, OfferSnapshot offer)
    {
        TrustCase trustCase = state.TrustCases[offer.CaseId];
        return new ArchivedEvidence(CommitteeRole.ProofOfTrust, offer.CaseId, 1, offer.Node, trustCase.EvidenceDigest, trustCase.EvidenceRoot, state.Clock.Epoch, offer, null);
    }

    public static ArchivedEvidence Of(NetworkState state, EvidenceSnapshot evidence)
    {
        AttemptState attempt = state.Tasks[evidence.Task].Attempts[evidence.Evidence.Attempt - 1];
        return new ArchivedEvidence(CommitteeRole.Task, evidence.Task.Value, attempt.Number, attempt.Executor, attempt.EvidenceDigest, attempt.EvidenceRoot, state.Clock.Epoch, null, evidence);
    }
}
