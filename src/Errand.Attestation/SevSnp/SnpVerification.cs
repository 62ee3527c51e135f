namespace Errand.Attestation;

/// <summary>Outcome of verifying a report's authenticity.</summary>
/// <param name="Result">All checks.</param>
/// <param name="Report">The report, when it is authentic, else null.</param>
public sealed record SnpVerification(AttestationResult Result, VerifiedSnpReport? Report);
