namespace Errand.Attestation;

/// <summary>What an event extended into a PCR of one bank.</summary>
/// <param name="Algorithm">The bank.</param>
/// <param name="Value">The digest.</param>
public readonly record struct EventDigest(TpmAlgorithm Algorithm, ReadOnlyMemory<byte> Value);
