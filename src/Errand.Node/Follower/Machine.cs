using Errand.Platform;

namespace Errand.Node;

/// <summary>The hardware that a node stands on.</summary>
/// <param name="Tpm">Its TPM.</param>
/// <param name="Tee">Its TEE; null for a verifier.</param>
public sealed record Machine(IAttestingTpm Tpm, ITeeReporter? Tee)
{
    /// <summary>For an executor whose virtual machines have a software TPM: the certificates of that TPM's attestation key, DER, its own first.</summary>
    public IReadOnlyList<ReadOnlyMemory<byte>> VtpmCertificates { get; init; } = [];
}
