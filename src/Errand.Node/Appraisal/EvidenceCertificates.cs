using Errand.Attestation;
using Errand.Protocol;
using TeeKind = Errand.Protocol.TeeKind;

namespace Errand.Node;

/// <summary>All certificates that an enclave's evidence came with, in TDX quotes and their collateral too, and those with which its machine had qualified, in DER.</summary>
public static class EvidenceCertificates
{
    // A platform's certificate, its CA and the root.
    private const int PckChainLength = 3;

    /// <summary>Collects them; what is malformed gives none.</summary>
    public static IReadOnlyList<ReadOnlyMemory<byte>> Of(TeeKind tee, EvidenceEntry evidence, OfferEntry offer)
    {
        ArgumentNullException.ThrowIfNull(evidence);
        ArgumentNullException.ThrowIfNull(offer);
        IReadOnlyList<ReadOnlyMemory<byte>> ek = PlatformEvidence.TryParse(offer.Platform.Span, out PlatformEvidence? platform) ? platform.EkCertificateChain : [];
        return
        [
            .. Endorsements.TryRead(tee, evidence.Report, evidence.Endorsements.Span) is { } enclave ? Of(enclave) : [],
            .. Endorsements.TryRead(tee, offer.TeeReport, offer.TeeEndorsements.Span) is { } machine ? Of(machine) : [],
            .. ek,
        ];
    }

    private static IEnumerable<ReadOnlyMemory<byte>> Of(TeeEvidence evidence)
    {
        if (evidence.Collateral is not { } collateral) return evidence.Certificates;
        IReadOnlyList<ReadOnlyMemory<byte>>? platform = IntelQuote.TryParse(evidence.Report.Span) is { } quote ? PemCertificates.TryRead(quote.Signature.CertificationData.Span, PckChainLength) : null;
        return [.. platform ?? [], .. collateral.TcbInfoChain, .. collateral.QeIdentityChain];
    }
}
