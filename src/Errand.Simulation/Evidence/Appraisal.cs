using Errand.Primitives;
using Errand.Protocol;

namespace Errand.Simulation;

/// <summary>Appraisal of simulated evidence, in the order of docs/protocol.md sections 6.1.4 and 6.7. Reasons have the numbers of section 13.6.</summary>
internal static class Appraisal
{
    private const ulong ReportSignature = 16, Debug = 20, Measurement = 22, ChipMismatch = 25, ReportData = 26, QuoteSignature = 49, Nonce = 50, PlatformChanged = 62;

    /// <summary>Appraises what an executor brought for an attempt; empty when it passes.</summary>
    public static IReadOnlyList<ulong> OfEnclave(EvidenceCase subject, NetworkTerms terms)
    {
        EvidenceEntry evidence = subject.Evidence;
        if (SimulatedTee.ReadReport(evidence.Report.Span) is not { } report) return [ReportSignature];
        var reasons = new List<ulong>();
        if (report.Debug) reasons.Add(Debug);
        if (!terms.ReferenceValues.Any(value => value.Tuple.Span.SequenceEqual(GenesisMaker.Tuple(report.Measurement)))) reasons.Add(Measurement);
        if (report.Chip != subject.Chip) reasons.Add(ChipMismatch);
        byte[] expected = EvidenceEntry.ReportData(subject.Network, evidence.Task, evidence.Attempt, subject.Executor, subject.Seed, evidence.HpkeKey.Span, evidence.ReceiptKey);
        if (!report.ReportData.Span.SequenceEqual(expected)) reasons.Add(ReportData);
        if (SimulatedTee.ReadQuote(evidence.Quote.Span) is not { } quote) reasons.Add(QuoteSignature);
        else if (quote.Nonce != EvidenceEntry.QuoteNonce(evidence.Report.Span)) reasons.Add(Nonce);
        else if (quote.EkId != subject.EkId || quote.Boots != subject.Boots) reasons.Add(PlatformChanged);
        return reasons;
    }

    /// <summary>Appraises a Proof of Trust; empty when it passes.</summary>
    public static IReadOnlyList<ulong> OfOffer(OfferCase subject)
    {
        OfferEntry offer = subject.Offer;
        if (SimulatedTee.ReadQuote(offer.Platform.Span) is not { } quote) return [QuoteSignature];
        var reasons = new List<ulong>();
        if (quote.EkId != offer.EkId) reasons.Add(PlatformChanged);
        if (!subject.Randomness.Any(value => quote.Nonce == OfferEntry.QuoteNonce(subject.Network, subject.Node, subject.VrfKey, subject.Id, offer.TeeReport.Span, value))) reasons.Add(Nonce);
        if (offer.ChipId is not { } chip) return reasons;
        if (SimulatedTee.ReadReport(offer.TeeReport.Span) is not { } report) return [.. reasons, ReportSignature];
        if (report.Chip != chip) reasons.Add(ChipMismatch);
        if (!report.ReportData.Span.SequenceEqual(OfferEntry.PlatformReportData(subject.Network, subject.Node, offer.EkId))) reasons.Add(ReportData);
        return reasons;
    }
}
