namespace Errand.Attestation;

/// <summary>Outcome of verifying an EK certificate.</summary>
/// <param name="Result">All checks.</param>
/// <param name="Certificate">What it says; null unless it is authentic.</param>
/// <param name="Root">The pinned root it ends at; null unless it is authentic.</param>
public sealed record EkCertificateVerification(AttestationResult Result, EkCertificate? Certificate, TrustedRoot? Root);
