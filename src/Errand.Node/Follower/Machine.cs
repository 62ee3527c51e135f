using Errand.Platform;

namespace Errand.Node;

/// <summary>The hardware that a node stands on.</summary>
/// <param name="Tpm">Its TPM.</param>
/// <param name="Tee">Its TEE; null for a verifier.</param>
public sealed record Machine(IAttestingTpm Tpm, ITeeReporter? Tee);
