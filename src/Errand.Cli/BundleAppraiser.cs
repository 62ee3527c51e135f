using Errand.Attestation;
using Errand.Client;
using Errand.Node;
using Errand.Primitives;
using Errand.Protocol;

namespace Errand.Cli;

/// <summary>Appraises a bundle's evidence with the very code with which verifiers vote.</summary>
internal static class BundleAppraiser
{
    public static EvidenceFinding Appraise(EvidenceToAppraise given)
    {
        NetworkPolicy policy;
        try
        {
            policy = new NetworkPolicy(given.Terms);
        }
        catch (ArgumentException unknown)
        {
            return new EvidenceFinding(false, [unknown.Message]);
        }
        NetworkId network = given.Genesis.NetworkId();
        // Of the offer only its evidence matters here: what the committee found of it stands in the log.
        var offer = new OfferSnapshot(network, OfferEntry.CaseId(network, given.Executor, given.Offer.Number), given.Executor, default, given.Tee, "", given.Offer, -1, [], given.OfferMilliseconds, given.Terms);
        var evidence = new EvidenceSnapshot(network, given.Task, given.Executor, given.Seed, given.Evidence, offer, given.EvidenceMilliseconds, given.Terms);
        AppraisalFinding finding = EvidenceAppraisal.OfEnclave(evidence, policy);
        return new EvidenceFinding(finding.Accepted, [.. finding.Result.Checks.Where(check => check.Outcome == CheckOutcome.Failed).Select(check => $"reject/{check.Reason.ToCode()}").Distinct()])
        {
            Certificates = EvidenceCertificates.Of(given.Tee, given.Evidence, given.Offer),
        };
    }
}
