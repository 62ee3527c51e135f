using Errand.Attestation;
using Errand.Enclave;
using Errand.Protocol;
using TeeKind = Errand.Attestation.TeeKind;

namespace Errand.Node;

/// <summary>Makes TEE evidence of a report that an enclave took from its own processor.</summary>
internal static class TakenEvidence
{
    /// <summary>The evidence: the report as it is, with the certificates that the host's firmware gave beside it, with Intel's collateral, or with the certificates of the machine's software TPM.</summary>
    /// <param name="taken">The report.</param>
    /// <param name="machine">The host that the enclave is on.</param>
    /// <exception cref="NotSupportedException">What must go with the report is not on this host; says what to do.</exception>
    public static TeeEvidence Read(TakenReport taken, Machine machine)
    {
        ArgumentNullException.ThrowIfNull(taken);
        ArgumentNullException.ThrowIfNull(machine);
        return taken.Provider switch
        {
            TsmProvider.DevelopmentVtpm => new TeeEvidence(TeeKind.DevelopmentVtpm, taken.Report, machine.VtpmCertificates),
            TsmProvider.TdxGuest => OfDomain(taken, machine.Collateral?.Invoke() ?? Collateral.None),
            TsmProvider.SevGuest => new TeeEvidence(TeeKind.SevSnp, taken.Report, SnpCertificateTable.TryRead(taken.Auxiliary.Span)?.Chain ?? throw new NotSupportedException(
                "No whole chain of certificates came with the SEV-SNP report. Fetch VCEK, ASK and ARK for this chip's firmware from AMD's key distribution service and give them to the host (SNP_SET_EXT_CONFIG).")),
            _ => throw new ArgumentOutOfRangeException(nameof(taken)),
        };
    }

    private static TeeEvidence OfDomain(TakenReport taken, Collateral files)
    {
        IntelCollateral collateral = IntelCollateral.Pick(files, taken.Report.Span);
        if (!collateral.IsWhole)
            throw new NotSupportedException("The collateral of this platform is not whole. Fetch TCB info and identity of the TD quoting enclave with the chain of their signer, and the revocation lists of the PCK CA and of the root, into the node's folder of collateral, from Intel's provisioning certification service.");
        if (IntelCollateralCbor.Encode(collateral).Length > ProtocolLimits.EndorsementsSizeMax)
            throw new NotSupportedException($"The collateral of this platform has more than the {ProtocolLimits.EndorsementsSizeMax} bytes that the ledger takes. Keep that of this platform alone in the node's folder of collateral.");
        return new TeeEvidence(TeeKind.Tdx, taken.Report, []) { Collateral = collateral };
    }
}
