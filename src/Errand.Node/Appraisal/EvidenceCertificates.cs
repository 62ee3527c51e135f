using Errand.Attestation;
using Errand.Protocol;
using TeeKind = Errand.Protocol.TeeKind;

namespace Errand.Node;

/// <summary>All certificates that an enclave's evidence came with, and those with which its machine had qualified, in DER.</summary>
public static class EvidenceCertificates
{
    /// <summary>Collects them; what is malformed gives none.</summary>
    public static IReadOnlyList<ReadOnlyMemory<byte>> Of(TeeKind tee, EvidenceEntry evidence, OfferEntry offer)
    {
        ArgumentNullException.ThrowIfNull(evidence);
        ArgumentNullException.ThrowIfNull(offer);
        IReadOnlyList<ReadOnlyMemory<byte>> ek = PlatformEvidence.TryParse(offer.Platform.Span, out PlatformEvidence? platform) ? platform.EkCertificateChain : [];
        return
        [
            .. Endorsements.TryRead(tee, evidence.Report, evidence.Endorsements.Span)?.Certificates ?? [],
            .. Endorsements.TryRead(tee, offer.TeeReport, offer.TeeEndorsements.Span)?.Certificates ?? [],
            .. ek,
        ];
    }
}
