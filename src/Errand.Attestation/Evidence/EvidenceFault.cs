namespace Errand.Attestation;

/// <summary>Why files make no evidence.</summary>
/// <param name="Code">Stable code, such as <c>evidence/unrecognised</c>.</param>
/// <param name="Sentence">What is wrong.</param>
/// <param name="Remedy">What to do about it.</param>
public sealed record EvidenceFault(string Code, string Sentence, string Remedy);
