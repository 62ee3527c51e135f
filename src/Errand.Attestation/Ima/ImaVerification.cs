namespace Errand.Attestation;

/// <summary>Outcome of verifying a measurement list.</summary>
/// <param name="Result">All checks.</param>
/// <param name="Log">What the PCR vouches for; null when the list does not lead to it.</param>
public sealed record ImaVerification(AttestationResult Result, VerifiedImaLog? Log);
