using Errand.Attestation;
using Errand.Enclave;

namespace Errand.Node;

/// <summary>Makes TEE evidence of a report that an enclave took from its own processor.</summary>
internal static class TakenEvidence
{
    /// <summary>The evidence: the report as it is, with the certificates that the host's firmware gave beside it, or those of the machine's software TPM.</summary>
    /// <param name="taken">The report.</param>
    /// <param name="vtpmCertificates">Of the attestation key that software TPMs of this host make.</param>
    /// <exception cref="NotSupportedException">The protocol knows no such evidence (TDX), or there are no certificates; says what to do.</exception>
    public static TeeEvidence Read(TakenReport taken, IReadOnlyList<ReadOnlyMemory<byte>> vtpmCertificates)
    {
        ArgumentNullException.ThrowIfNull(taken);
        if (taken.Provider == TsmProvider.DevelopmentVtpm) return new TeeEvidence(TeeKind.DevelopmentVtpm, taken.Report, vtpmCertificates);
        if (taken.Provider != TsmProvider.SevGuest) throw new NotSupportedException($"The protocol takes no evidence of {taken.Provider} yet.");
        if (SnpCertificateTable.TryRead(taken.Auxiliary.Span)?.Chain is not { } chain)
            throw new NotSupportedException("No whole chain of certificates came with the SEV-SNP report. Fetch VCEK, ASK and ARK for this chip's firmware from AMD's key distribution service and give them to the host (SNP_SET_EXT_CONFIG).");
        return new TeeEvidence(TeeKind.SevSnp, taken.Report, chain);
    }
}
