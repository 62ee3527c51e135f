namespace Errand.Attestation;

/// <summary>Outcome of verifying platform evidence's authenticity.</summary>
/// <param name="Result">All checks.</param>
/// <param name="Platform">The evidence, when it is authentic, else null.</param>
public sealed record PlatformVerification(AttestationResult Result, VerifiedPlatform? Platform);
