using Errand.Primitives;

namespace Errand.Attestation;

/// <summary>The state of a machine when it qualified, to compare fresh quotes with.</summary>
/// <param name="Pcrs">The PCRs of the SHA-256 bank that were quoted.</param>
/// <param name="PcrDigest">The quote's digest over them.</param>
/// <param name="ResetCount">TPM resets so far.</param>
/// <param name="RestartCount">TPM restarts since the last reset.</param>
public sealed record QualifiedPlatform(PcrSet Pcrs, Bytes32 PcrDigest, uint ResetCount, uint RestartCount);
