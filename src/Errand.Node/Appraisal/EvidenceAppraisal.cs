using Errand.Attestation;
using Errand.Primitives;
using Errand.Protocol;

namespace Errand.Node;

/// <summary>Appraises evidence of enclaves and machines under a network's policy (docs/protocol.md sections 6.1 and 6.7).</summary>
/// <remarks>Pure: all nodes that hold the same entries find the same, for ever. Time is the network's at the entry.</remarks>
public static class EvidenceAppraisal
{
    // An offer may take an epoch to reach the ledger: nonces of R(e) and R(e-1) are fresh, older ones are not.
    private const int FreshEpochs = 2;

    /// <summary>Appraises the evidence of an enclave made for a task, and the fresh quote that goes with it.</summary>
    public static AppraisalFinding OfEnclave(EvidenceSnapshot snapshot, NetworkPolicy policy)
    {
        EvidenceEntry evidence = snapshot.Evidence;
        OfferSnapshot machine = snapshot.Qualified;
        if (Endorsements.TryRead(machine.Tee, evidence.Report, evidence.Endorsements.Span) is not { } tee) return AppraisalFinding.Malformed("tee-evidence");
        if (Endorsements.TryRead(machine.Tee, machine.Offer.TeeReport, machine.Offer.TeeEndorsements.Span) is not { } platformTee) return AppraisalFinding.Malformed("platform-tee-evidence");

        // Which chip is the executor's follows from the report with which it qualified.
        TeeAppraisal platform = TeeAppraiser.Appraise(platformTee, policy.ForExecutorPlatform(PlatformReportData(machine)), At(machine.AtMilliseconds));
        if (platform.ChipId is not { } chip) return new AppraisalFinding(platform.Result, default);

        byte[] reportData = EvidenceEntry.ReportData(snapshot.Network, snapshot.Task, evidence.Attempt, snapshot.Executor, snapshot.Seed,
            evidence.HpkeKey.Span, evidence.ReceiptKey);
        TeeAppraisal enclave = TeeAppraiser.Appraise(tee, policy.ForEnclave(reportData, chip), At(snapshot.AtMilliseconds));
        if (OfFreshQuote(evidence, machine.Offer) is not { } fresh) return AppraisalFinding.Malformed("fresh-quote");
        return new AppraisalFinding(enclave.Result.Then(fresh), enclave.Claims?.Encoded ?? default);
    }

    /// <summary>Appraises a node's Proof of Trust, but for the credential challenge, which only the node can answer.</summary>
    /// <param name="snapshot">The offer.</param>
    /// <param name="policy">The network's policy.</param>
    /// <param name="platform">The verified platform, whose keys the challenge is for; null unless authentic.</param>
    public static AppraisalFinding OfOffer(OfferSnapshot snapshot, NetworkPolicy policy, out VerifiedPlatform? platform) // R-6.1.4.17
    {
        platform = null;
        OfferEntry offer = snapshot.Offer;
        if (!PlatformEvidence.TryParse(offer.Platform.Span, out PlatformEvidence? evidence)) return AppraisalFinding.Malformed("platform-evidence");
        PlatformAppraisal appraisal = PlatformAppraiser.Appraise(evidence, policy.ForProofOfTrust(Nonces(snapshot), FreshEpochs, evidence), At(snapshot.AtMilliseconds));
        var finding = new AppraisalFinding(appraisal.Result, appraisal.Claims?.Encoded ?? default);
        platform = appraisal.Platform;
        if (platform is not null) finding = finding.And(EkIdCheck(snapshot, platform));
        return offer.ChipId is { } chipId ? WithTee(finding, snapshot, chipId, policy) : finding;
    }

    /// <summary>The id by which the ledger knows a chip: H("errand/chip/v1", CHIP_ID).</summary>
    public static Bytes32 ChipIdOf(ReadOnlySpan<byte> chipId) => new TaggedHash(Tags.Chip).Add(chipId).ToDigest();

    private static AppraisalFinding WithTee(AppraisalFinding platform, OfferSnapshot snapshot, Bytes32 chipId, NetworkPolicy policy)
    {
        if (Endorsements.TryRead(snapshot.Tee, snapshot.Offer.TeeReport, snapshot.Offer.TeeEndorsements.Span) is not { } tee) return AppraisalFinding.Malformed("tee-evidence");
        TeeAppraisal appraisal = TeeAppraiser.Appraise(tee, policy.ForExecutorPlatform(PlatformReportData(snapshot)), At(snapshot.AtMilliseconds));
        Bytes32? actual = appraisal.ChipId is { } chip ? ChipIdOf(chip.Span) : null;
        byte[] claims = new CanonicalWriter().Array(2).Bytes(platform.CanonicalClaims.Span).Bytes((appraisal.Claims?.Encoded ?? default).Span).ToArray();
        return new AppraisalFinding(platform.Result.Then(appraisal.Result), claims)
            .And(Equal("chip-id", AttestationReason.ChipMismatch, chipId.ToString(), actual?.ToString() ?? "none", "Offer the id of the chip that signed the report."));
    }

    private static IReadOnlyList<Bytes32> Nonces(OfferSnapshot snapshot) =>
    [
        .. snapshot.Randomness.Select(randomness => OfferEntry.QuoteNonce(
            snapshot.Network, snapshot.Node, snapshot.VrfKey, snapshot.CaseId, snapshot.Offer.TeeReport.Span, randomness)),
    ];

    private static AttestationCheck EkIdCheck(OfferSnapshot snapshot, VerifiedPlatform platform) =>
        Equal("ek-id", AttestationReason.EkCertificate, snapshot.Offer.EkId.ToString(),
            OfferEntry.EkIdOf(snapshot.Network, platform.EndorsementKey.Encoded.Span).ToString(), "Offer the id of the endorsement key in the evidence.");

    private static AttestationResult? OfFreshQuote(EvidenceEntry evidence, OfferEntry offer)
    {
        if (FreshQuote.TryDecode(evidence.Quote.Span) is not { } quote || QualifiedMachine.TryRead(offer) is not { } machine) return null;
        return FreshQuoteAppraiser.Appraise(quote.Attest, quote.Signature, machine.AttestationKey, EvidenceEntry.QuoteNonce(evidence.Report.Span).ToArray(), machine.State);
    }

    private static AttestationCheck Equal(string name, AttestationReason reason, string expected, string actual, string remedy) =>
        expected == actual
            ? new AttestationCheck(name, CheckOutcome.Passed, AttestationReason.None, expected, actual, "")
            : new AttestationCheck(name, CheckOutcome.Failed, reason, expected, actual, remedy);

    private static byte[] PlatformReportData(OfferSnapshot offer) => OfferEntry.PlatformReportData(offer.Network, offer.Node, offer.Offer.EkId);

    private static DateTimeOffset At(long milliseconds) => DateTimeOffset.FromUnixTimeMilliseconds(milliseconds);
}
