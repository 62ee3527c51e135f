using Errand.Attestation;
using Errand.Platform;
using Errand.Primitives;
using Errand.Protocol;

namespace Errand.Node;

/// <summary>The hardware that a node stands on.</summary>
/// <param name="Tpm">Its TPM.</param>
/// <param name="Tee">The TEE that the host itself asks for reports; null for a verifier, and for an executor whose machines take theirs themselves.</param>
public sealed record Machine(IAttestingTpm Tpm, ITeeReporter? Tee)
{
    /// <summary>For an executor whose virtual machines have a software TPM: the certificates of that TPM's attestation key, DER, its own first.</summary>
    public IReadOnlyList<ReadOnlyMemory<byte>> VtpmCertificates { get; init; } = [];

    /// <summary>For an executor whose processor reports on confidential machines alone: what gets such a report on the platform; null for any other.</summary>
    public IPlatformReporter? Platform { get; init; }

    /// <summary>For an executor with TDX: gives what Intel says of the platform, as it lies on this host now; null for any other.</summary>
    public Func<Collateral>? Collateral { get; init; }

    /// <summary>The TEE evidence of an offer; null for a verifier.</summary>
    /// <param name="network">The network.</param>
    /// <param name="node">The node.</param>
    /// <param name="ekId">Id of its endorsement key.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <exception cref="EnclaveAbortedException">No machine gave the report.</exception>
    /// <exception cref="NotSupportedException">What must go with the report is not on this host; says what to do.</exception>
    internal async Task<TeeEvidence?> ReportPlatformAsync(NetworkId network, PublicKey node, Bytes32 ekId, CancellationToken cancellation)
    {
        if (Platform is { } platform) return TakenEvidence.Read(await platform.TakeAsync(network, node, ekId, cancellation).ConfigureAwait(false), this);
        return Tee is { } reporter ? await reporter.ReportAsync(OfferEntry.PlatformReportData(network, node, ekId), cancellation).ConfigureAwait(false) : null;
    }
}
